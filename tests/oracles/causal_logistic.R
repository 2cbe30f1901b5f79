# Writes causal_logistic.json: glm on NHEFS (no rows are kept). Argument: the folder of
# causaldata_nhefs_complete.csv (Rdatasets).
folder <- commandArgs(TRUE)[1]
d <- read.csv(file.path(folder, "causaldata_nhefs_complete.csv"))
formula <- qsmk ~ sex + race + age + I(age^2) + factor(education) + smokeintensity +
  I(smokeintensity^2) + smokeyrs + I(smokeyrs^2) + factor(exercise) + factor(active) +
  wt71 + I(wt71^2)
tight <- glm.control(epsilon = 1e-14, maxit = 100)
keep <- function(fit) list(
  coefficients = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))),
  log_likelihood = as.numeric(logLik(fit)))
plain <- glm(formula, binomial, d, control = tight)
weighted <- suppressWarnings(glm(formula, binomial, transform(d, w = seqn %% 4), weights = w,
                                 control = tight))
out <- list(source = R.version.string, n = nrow(d), plain = keep(plain), weighted = keep(weighted))
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE), "causal_logistic.json")
