# Writes survival_concordance.json: concordance by R survival and Hmisc, areas by riskRegression.
suppressMessages({library(survival); library(Hmisc); library(riskRegression)})
data <- read.csv("survival_concordance.csv")
number <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
lines <- c(sprintf('  "source": "R survival %s, Hmisc %s, riskRegression %s, %s"',
  packageVersion("survival"), packageVersion("Hmisc"), packageVersion("riskRegression"),
  R.version.string))
add <- function(name, x) lines <<- c(lines, sprintf('  "%s": %s', name, number(x)))
both <- function(fit) c(fit$concordance, sqrt(fit$var))
for (time in c("fine", "coarse")) for (risk in c("a", "b", "tied")) {
  name <- paste(time, risk, sep = "_")
  y <- Surv(data[[time]], data$event); x <- data[[risk]]; w <- data$weight
  c_of <- function(...) both(concordance(y ~ x, reverse = TRUE, ...))
  add(paste0(name, "_harrell"), c_of())
  add(paste0(name, "_weighted"), c_of(weights = w))
  add(paste0(name, "_counts"), concordance(y ~ x, reverse = TRUE)$count[1:3])
  add(paste0(name, "_clustered"), c_of(cluster = data$unit))
  for (tau in c(3, 6)) add(paste0(name, "_n_G2_", tau), c_of(timewt = "n/G2", ymax = tau))
  add(paste0(name, "_n_G2_weighted"), c_of(timewt = "n/G2", ymax = 6, weights = w))
  add(paste0(name, "_outx"), rcorr.cens(-x, y, outx = TRUE)["C Index"])
  scores <- Score(list(m = matrix(plogis(rep(x, 2)), ncol = 2)),
    Surv(time, event) ~ 1, data = data.frame(time = data[[time]], event = data$event),
    times = c(2.5, 5), metrics = "auc", cens.method = "ipcw", se.fit = FALSE, null.model = FALSE)
  add(paste0(name, "_auc"), scores$AUC$score$AUC)
}
# Two models on the same cases: variance of the difference from both vectors of influence.
y <- Surv(data$coarse, data$event)
effects <- sapply(c("a", "b"), function(m)
  concordance(y ~ data[[m]], reverse = TRUE, influence = 1)$dfbeta)
add("coarse_a_b_covariance", sum(effects[, 1] * effects[, 2]))
# Cox models on real data: coefficients, from which tests make risks, and the concordance.
models <- list(
  gbsg = coxph(Surv(rfstime, status) ~ hormon + age + meno + size + grade + nodes + pgr + er, gbsg),
  rotterdam = coxph(Surv(dtime, death) ~ age + meno + size + grade + nodes + pgr + er + hormon +
    chemo, rotterdam))
for (name in names(models)) {
  fit <- concordance(models[[name]])
  add(paste0(name, "_coefficients"), coef(models[[name]]))
  add(paste0(name, "_concordance"), c(fit$concordance, sqrt(fit$var), fit$count[1:3]))
}
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), "survival_concordance.json")
