# Writes fine_gray.json: Fine-Gray models by cmprsk::crr, and cause-specific Cox models with their
# absolute risks by survival and riskRegression, of data sets of the package survival (no row kept).
suppressMessages({library(survival); library(cmprsk); library(riskRegression)})
out <- list(source = paste(R.version.string, "cmprsk", packageVersion("cmprsk"), "riskRegression",
                           packageVersion("riskRegression"), "survival", packageVersion("survival")))
mgus2$male <- as.numeric(mgus2$sex == "M")
mgus2$etime <- with(mgus2, ifelse(pstat == 0, futime, ptime))
mgus2$code <- with(mgus2, ifelse(pstat == 0, 2 * death, 1))
mgus2 <- mgus2[complete.cases(mgus2[c("age", "hgb", "creat", "mspike")]) & mgus2$etime > 0, ]
pbc$lbili <- log(pbc$bili); pbc$lalb <- log(pbc$albumin)
pbc$code <- c(0, 2, 1)[pbc$status + 1]  # death, with transplantation competing
pbc$etime <- pbc$time
pbc$old <- as.numeric(pbc$age > 50)

keep <- function(name, data, columns, row, times, cengroup = NULL) {
  x <- as.matrix(data[columns])
  args <- list(data$etime, data$code, x, failcode = 1, cencode = 0, gtol = 1e-12, maxiter = 50)
  if (!is.null(cengroup)) args$cengroup <- cengroup
  fit <- do.call(crr, args)
  curve <- predict(fit, matrix(row, 1))
  at <- findInterval(times, curve[, 1])
  one <- list(n = nrow(x), coefficients = unname(fit$coef), variance = unname(fit$var),
              inverse = unname(fit$invinf), loglik = c(fit$loglik.null, fit$loglik),
              row = row, times = times, incidence = curve[at, 2])
  if (is.null(cengroup)) {
    formula <- as.formula(paste("Hist(etime, code) ~", paste(columns, collapse = "+")))
    specific <- CSC(formula, data = data, method = "breslow")
    new <- as.data.frame(as.list(row)); names(new) <- columns
    for (product in c(TRUE, FALSE)) {
      risk <- predict(specific, newdata = new, times = times, cause = 1, product.limit = product,
                      se = !product)
      one[[if (product) "csc_product" else "csc_exponential"]] <- as.vector(risk$absRisk)
      if (!product) one$csc_error <- as.vector(risk$absRisk.se)
    }
    one$csc_coefficients <- lapply(specific$models, function(m) unname(coef(m)))
    names(one$csc_coefficients) <- c("1", "2")
  }
  out[[name]] <<- one
}
keep("mgus2", mgus2, c("age", "male", "hgb", "creat", "mspike"), c(70, 1, 13, 1.2, 1.5),
     c(24, 60, 120, 240))
keep("pbc", pbc, c("age", "edema", "lbili", "lalb"), c(50, 0.5, 1, 1.2), c(365, 1826, 3652))
keep("pbc_groups", pbc, c("age", "edema", "lbili", "lalb"), c(50, 0.5, 1, 1.2),
     c(365, 1826, 3652), cengroup = pbc$old)
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE), "fine_gray.json")
