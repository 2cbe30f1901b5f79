# Writes causal_survival.json: weighted Kaplan-Meier, g-formula and AIPW of hormone therapy on death in
# the Rotterdam data (no rows are kept). Argument: the folder of survival_rotterdam.csv (Rdatasets).
suppressMessages({library(survival); library(riskRegression); library(prodlim)})
d <- read.csv(file.path(commandArgs(TRUE)[1], "survival_rotterdam.csv"))
d$mid <- as.numeric(d$size == "20-50"); d$big <- as.numeric(d$size == ">50")
d$grade3 <- as.numeric(d$grade == 3); d$lognodes <- log1p(d$nodes)
d <- d[d$dtime > 0, ]
d$a <- factor(d$hormon)
horizon <- 1826.25
x <- "age + meno + mid + big + grade3 + lognodes"
ps <- glm(as.formula(paste("a ~", x)), binomial, d, control = glm.control(epsilon = 1e-14))
e <- fitted(ps); treated <- d$hormon == 1
out <- list(source = paste(R.version.string, "survival", packageVersion("survival"),
                           "riskRegression", packageVersion("riskRegression")),
            n = nrow(d), horizon = horizon)

# Weighted curves; robust error with the weights as known.
d$w <- ifelse(treated, 1 / e, 1 / (1 - e))
fit <- survfit(Surv(dtime, death) ~ a, d, weights = w, robust = TRUE)
at <- summary(fit, times = c(500, 1000, horizon), extend = TRUE)
out$weighted <- list(survival = at$surv, se = at$std.err, strata = as.character(at$strata))
rmst <- summary(fit, rmean = horizon)$table
out$weighted$rmst <- unname(rmst[, "rmean"])

# Cox by arm (strata with products), Breslow's baseline as riskRegression takes it. The g-formula has
# its model up to the horizon only; AIPTW has models of the whole follow-up.
arms <- function(left, d) coxph(as.formula(paste("Surv(dtime,", left, ") ~ strata(a) * (", x, ")")), d,
                                x = TRUE, y = TRUE, ties = "breslow")
kept <- function(found) {
  risks <- as.data.frame(found$meanRisk); gap <- as.data.frame(found$diffRisk)
  list(risk = risks$estimate, risk_se = risks$se, difference = gap$estimate, se = gap$se)
}
short <- transform(d, death = death * (dtime <= horizon), dtime = pmin(dtime, horizon))
out$gformula <- kept(ate(arms("death", short), treatment = "a", data = short, estimator = "GFORMULA",
                         times = horizon, cause = 1, se = TRUE, band = FALSE, verbose = FALSE))
out$aiptw <- kept(ate(arms("death", d), treatment = glm(formula(ps), binomial, d), data = d,
                      censor = arms("death == 0", d), estimator = "AIPTW", times = horizon, cause = 1,
                      se = TRUE, band = FALSE, verbose = FALSE))

# Relapse, with death before it as a competing event; covariates that few deaths cannot stretch.
d$time <- ifelse(d$recur == 1, d$rtime, d$dtime); d$cause <- ifelse(d$recur == 1, 1, 2 * d$death)
d <- d[d$time > 0, ]
fit <- survfit(Surv(time, factor(cause)) ~ a, d, weights = w, robust = TRUE)
at <- summary(fit, times = c(500, 1000, horizon), extend = TRUE)
lost <- summary(fit, rmean = horizon)$table
out$relapse <- list(
  n = nrow(d), risk = at$pstate[, 2], se = at$std.err[, 2], mean = horizon - unname(lost[3:4, "rmean"]))
x <- "age + lognodes"
treat <- glm(a ~ age + lognodes, binomial, d)
both <- function(d) CSC(as.formula(paste("Hist(time, cause) ~ strata(a) * (", x, ")")), d,
                        fitter = "coxph", ties = "breslow")
short <- transform(d, cause = cause * (time <= horizon), time = pmin(time, horizon))
out$relapse$gformula <- kept(ate(both(short), treatment = "a", data = short, estimator = "GFORMULA",
                                 times = horizon, cause = 1, se = TRUE, band = FALSE, verbose = FALSE,
                                 product.limit = FALSE))
censor <- coxph(as.formula(paste("Surv(time, cause == 0) ~ strata(a) * (", x, ")")), d, x = TRUE,
                y = TRUE, ties = "breslow")
out$relapse$aiptw <- kept(ate(both(d), treatment = treat, data = d,
                              censor = censor, estimator = "AIPTW", times = horizon, cause = 1, se = TRUE,
                              band = FALSE, verbose = FALSE, product.limit = FALSE))
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "causal_survival.json")
