# Writes survival_weibull.json: R survreg on public data sets (no rows are kept).
# Argument: the folder of survival_*.csv (Rdatasets). Weights are 0.5 + (row number mod 7) / 4.
suppressMessages(library(survival))
folder <- commandArgs(TRUE)[1]
of <- function(name) read.csv(file.path(folder, paste0("survival_", name, ".csv")))
told <- function(fit, new) list(
  names = names(coef(fit)), coefficients = unname(coef(fit)), scale = fit$scale,
  covariance = unname(vcov(fit)), loglik = fit$loglik,
  location = unname(predict(fit, new, type = "lp")),
  quantiles = unname(predict(fit, new, type = "quantile", p = c(0.1, 0.5, 0.9))))
out <- list(source = paste(R.version.string, "survival", packageVersion("survival")))
veteran <- of("veteran"); colon <- of("colon"); pbc <- of("pbc"); rotterdam <- of("rotterdam")
veteran$celltype <- factor(veteran$celltype)
form <- Surv(time, status) ~ trt + celltype + karno + diagtime + age + prior
out$veteran <- told(survreg(form, veteran), head(veteran, 5))
out$veteran_exponential <- told(survreg(form, veteran, scale = 1), head(veteran, 5))
w <- 0.5 + (seq_len(nrow(veteran)) %% 7) / 4
fit <- survreg(form, veteran, weights = w, robust = TRUE)
out$veteran_weighted <- told(fit, head(veteran, 5))
# survreg's own robust covariance (3.5-3) leaves the weights out of the sum; coxph has them in.
out$veteran_weighted$covariance <- crossprod(residuals(fit, "dfbeta", weighted = TRUE))
colon <- colon[!is.na(colon$nodes), ]
form <- Surv(time, status) ~ rx + nodes + obstruct + age
out$colon_cluster <- told(survreg(form, colon, cluster = id, robust = TRUE), head(colon, 5))
pbc$dead <- pbc$status == 2
form <- Surv(time, dead) ~ edema + log(bili) + log(albumin) + age
out$pbc <- told(survreg(form, pbc), head(pbc, 5))
form <- Surv(dtime, death) ~ age + meno + grade + nodes + pgr + er + hormon + chemo
out$rotterdam <- told(survreg(form, rotterdam), head(rotterdam, 5))
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE), "survival_weibull.json")
