# Writes causal_nhefs.json: weighting, standardisation and AIPW of weight gain and of death on NHEFS
# (no rows are kept). Argument: the folder of causaldata_nhefs_complete.csv (Rdatasets).
# The models are those of Hernan and Robins, Causal Inference: What If, chapters 12 and 13.
suppressMessages({library(geepack); library(survey); library(sandwich)})
d <- read.csv(file.path(commandArgs(TRUE)[1], "causaldata_nhefs_complete.csv"))
terms <- ~ sex + race + age + I(age^2) + factor(education) + smokeintensity +
  I(smokeintensity^2) + smokeyrs + I(smokeyrs^2) + factor(exercise) + factor(active) +
  wt71 + I(wt71^2)
tight <- glm.control(epsilon = 1e-14, maxit = 100)
X <- model.matrix(terms, d)
a <- d$qsmk; y <- d$wt82_71; n <- nrow(d)
ps <- glm(update(terms, qsmk ~ .), binomial, d, control = tight)
e <- fitted(ps)
tilt <- list(
  all = function(e) rep(1, length(e)), treated = function(e) e, untreated = function(e) 1 - e,
  overlap = function(e) e * (1 - e), matching = function(e) pmin(e, 1 - e))
weight <- function(e, a, h) ifelse(a == 1, h(e) / e, h(e) / (1 - e))

# Sandwich of stacked equations, the bread by central differences (Stefanski and Boos 2002).
stacked <- function(psi, theta) {
  total <- function(t) colSums(psi(t))
  bread <- sapply(seq_along(theta), function(j) {
    h <- 1e-5 * max(abs(theta[j]), 1e-3); up <- theta; down <- theta
    up[j] <- up[j] + h; down[j] <- down[j] - h
    (total(up) - total(down)) / (2 * h)
  })
  meat <- crossprod(psi(theta)); inverse <- solve(bread, tol = 1e-30)
  sqrt(diag(inverse %*% meat %*% t(inverse)))
}

out <- list(source = paste(R.version.string, "geepack", packageVersion("geepack"), "survey",
                           packageVersion("survey"), "sandwich", packageVersion("sandwich")), n = n)
for (name in names(tilt)) {
  d$w <- weight(e, a, tilt[[name]])
  fit <- lm(wt82_71 ~ qsmk, d, weights = w)
  gee <- geeglm(wt82_71 ~ qsmk, data = d, weights = w, id = seqn, corstr = "independence")
  svy <- svyglm(wt82_71 ~ qsmk, svydesign(~1, weights = ~w, data = d))
  k <- ncol(X)
  psi <- function(t) {
    e <- plogis(drop(X %*% t[1:k])); w <- weight(e, a, tilt[[name]])
    cbind(X * (a - e), a * w * (y - t[k + 1] - t[k + 2]), (1 - a) * w * (y - t[k + 1]))
  }
  se <- stacked(psi, c(coef(ps), coef(fit)))[k + 2]
  out$iptw[[name]] <- list(
    value = unname(coef(fit)[2]), gee_se = sqrt(gee$geese$vbeta[2, 2]),
    hc0_se = sqrt(vcovHC(fit, "HC0")[2, 2]), survey_se = unname(SE(svy)[2]),
    stacked_se = unname(se))
}
w <- weight(e, a, tilt$all) * ifelse(a == 1, mean(a), 1 - mean(a))
out$stabilised <- list(mean = mean(w), min = min(w), max = max(w))

# Standardisation: linear for weight gain (with the book's product term), logistic for death.
both <- function(formula, family, y) {
  fit <- glm(formula, family, d, control = tight)
  D <- model.matrix(fit); k <- ncol(D)
  D1 <- model.matrix(delete.response(stats::terms(fit)), transform(d, qsmk = 1))
  D0 <- model.matrix(delete.response(stats::terms(fit)), transform(d, qsmk = 0))
  mean_of <- function(D, b) fit$family$linkinv(drop(D %*% b))
  value <- mean(mean_of(D1, coef(fit)) - mean_of(D0, coef(fit)))
  psi <- function(t) cbind(D * (y - mean_of(D, t[1:k])),
                           mean_of(D1, t[1:k]) - mean_of(D0, t[1:k]) - t[k + 1])
  list(value = value, se = unname(stacked(psi, c(coef(fit), value))[k + 1]))
}
out$standardisation <- list(
  gain = both(update(terms, wt82_71 ~ qsmk + qsmk:smokeintensity + .), gaussian, y),
  death = both(update(terms, death ~ qsmk + .), binomial, d$death))

# AIPW without cross-fitting: a least squares fit in each arm.
m1 <- drop(X %*% coef(lm(update(terms, wt82_71 ~ .), d, subset = qsmk == 1)))
m0 <- drop(X %*% coef(lm(update(terms, wt82_71 ~ .), d, subset = qsmk == 0)))
part <- m1 + a * (y - m1) / e - m0 - (1 - a) * (y - m0) / (1 - e)
out$aipw <- list(value = mean(part), se = sqrt(mean((part - mean(part))^2) / n))
out$death_crude <- as.list(tapply(d$death, d$qsmk, mean))
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "causal_nhefs.json")
