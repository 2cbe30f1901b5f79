# Writes cox.json: Cox models of the data sets of the package survival (no row of them is kept):
# coefficients, model and robust errors, likelihoods, tests, baseline hazards, curves, residuals,
# tests of proportional hazards. The same columns are made in tests/methods/survival/real_cox.py.
suppressMessages(library(survival))
tight <- coxph.control(eps = 1e-13, iter.max = 60, toler.chol = 1e-14)

rotterdam$size20 <- as.numeric(rotterdam$size == "20-50")
rotterdam$size50 <- as.numeric(rotterdam$size == ">50")
gbsg$w <- 0.25 + (gbsg$pgr %% 7) / 3
gbsg$shift <- (gbsg$er %% 5) / 10
gbsg$born <- 365 * (gbsg$age - 20)
gbsg$gone <- gbsg$born + gbsg$rfstime
gbsg$centre <- gbsg$pid %% 23
veteran$small <- as.numeric(veteran$celltype == "smallcell")
veteran$adeno <- as.numeric(veteran$celltype == "adeno")
veteran$large <- as.numeric(veteran$celltype == "large")
pbc$death <- as.numeric(pbc$status == 2)
pbc$lbili <- log(pbc$bili); pbc$lpro <- log(pbc$protime); pbc$lalb <- log(pbc$albumin)
pbc <- pbc[complete.cases(pbc[c("age", "edema", "lbili", "lpro", "lalb")]), ]
colon$lev <- as.numeric(colon$rx == "Lev"); colon$lev5 <- as.numeric(colon$rx == "Lev+5FU")
died <- colon[colon$etype == 2, ]
mgus2$male <- as.numeric(mgus2$sex == "M")
mgus2 <- mgus2[complete.cases(mgus2[c("age", "hgb", "creat", "mspike")]), ]
heart$graft <- as.numeric(heart$transplant == "1")

out <- list(source = paste(R.version.string, "survival", packageVersion("survival")))
keep <- function(name, formula, data, row, times, stratum = NULL, ...) {
  fit <- do.call(coxph, c(list(formula, data, control = tight, x = TRUE, y = TRUE), list(...)))
  plain <- unname(if (is.null(fit$naive.var)) fit$var else fit$naive.var)
  tests <- summary(fit)
  one <- list(n = fit$n, events = fit$nevent, coefficients = unname(fit$coefficients),
              loglik = fit$loglik, error = sqrt(diag(plain)), covariance = plain,
              score = unname(tests$sctest[1]), wald = unname(tests$waldtest[1]),
              lrt = unname(tests$logtest[1]))
  if (!is.null(fit$naive.var)) one$robust <- sqrt(diag(fit$var))
  if (is.null(fit$naive.var))
    one$wald_exact <- drop(fit$coefficients %*% solve(fit$var, fit$coefficients))
  martingale <- residuals(fit, type = "martingale")
  one$martingale <- list(first = unname(martingale[1:8]), squares = sum(martingale^2))
  score <- as.matrix(residuals(fit, type = "score"))
  one$score_residual <- list(first = unname(score[1:4, ]), squares = unname(colSums(score^2)))
  if (!is.null(row)) {
    new <- as.data.frame(as.list(row))
    names(new) <- names(fit$coefficients)
    if (!is.null(stratum)) new <- cbind(new, stratum)
    curve <- survfit(fit, newdata = new)
    found <- summary(curve, times = times, extend = TRUE)
    one$curve <- list(row = unname(row), times = times, survival = found$surv,
                      error = found$std.err)
    if (!is.null(stratum)) one$curve$stratum <- stratum[[1]]
  }
  for (transform in c("km", "identity", "rank", "log")) {
    if (transform == "log" && any(fit$y[, 1] <= 0) && ncol(fit$y) == 2) next
    # On times of thousands of days solve() calls some of these matrices singular.
    zph <- tryCatch(cox.zph(fit, transform = transform), error = function(e) NULL)
    if (is.null(zph)) next
    # By time, events of one time by their first residual: R has no fixed order of these.
    first <- order(zph$time, zph$y[, 1])[1:6]
    one$zph[[transform]] <- list(chisq = unname(zph$table[, 1]), p = unname(zph$table[, 3]),
                                 times = zph$time[first], x = zph$x[first],
                                 y = unname(zph$y[first, , drop = FALSE]))
  }
  if (ncol(fit$y) == 2 && is.null(stratum)) {
    c <- concordance(fit)
    one$concordance <- c(unname(c$concordance), sqrt(c$var))
  }
  out[[name]] <<- one
}

keep("rotterdam", Surv(dtime, death) ~ age + meno + size20 + size50 + grade + nodes + pgr + er +
       hormon + chemo, rotterdam, c(60, 1, 1, 0, 3, 4, 50, 100, 0, 1), c(100, 1000, 2500, 5000))
g <- Surv(rfstime, status) ~ hormon + age + meno + size + grade + nodes + pgr + er
keep("gbsg", g, gbsg, c(1, 50, 0, 30, 2, 5, 30, 40), c(200, 700, 1500))
keep("gbsg_breslow", g, gbsg, c(1, 50, 0, 30, 2, 5, 30, 40), c(200, 700, 1500), ties = "breslow")
keep("gbsg_weighted", g, gbsg, c(1, 50, 0, 30, 2, 5, 30, 40), c(200, 700, 1500), weights = gbsg$w,
     robust = TRUE)
keep("gbsg_weighted_breslow", g, gbsg, NULL, NULL, weights = gbsg$w, robust = TRUE, ties = "breslow")
keep("gbsg_centres", g, gbsg, NULL, NULL, cluster = gbsg$centre)
keep("gbsg_offset", Surv(rfstime, status) ~ hormon + age + nodes + offset(shift), gbsg, NULL, NULL)
keep("gbsg_by_age", Surv(born, gone, status) ~ hormon + size + grade + nodes, gbsg,
     c(1, 30, 2, 5), c(9000, 12000, 16000))
keep("gbsg_by_age_strata", Surv(born, gone, status) ~ hormon + size + nodes + strata(grade), gbsg,
     c(1, 30, 5), c(9000, 12000, 16000), stratum = data.frame(grade = 2), weights = gbsg$w,
     cluster = gbsg$pid)
keep("veteran", Surv(time, status) ~ trt + small + adeno + large + karno + diagtime + age + prior,
     veteran, c(2, 1, 0, 0, 60, 5, 55, 0), c(30, 90, 180))
keep("veteran_strata", Surv(time, status) ~ trt + karno + diagtime + age + prior + strata(celltype),
     veteran, c(2, 60, 5, 55, 0), c(30, 90, 180), stratum = data.frame(celltype = "adeno"))
keep("veteran_terms", Surv(time, status) ~ trt + celltype + karno, veteran, NULL, NULL)
keep("pbc", Surv(time, death) ~ age + edema + lbili + lpro + lalb, pbc,
     c(50, 0, 0.6, 2.36, 1.25), c(365, 1826, 3652))
keep("colon", Surv(time, status) ~ lev + lev5, died, c(0, 1), c(365, 1826))
keep("colon_both", Surv(time, status) ~ lev + lev5 + sex + age + strata(etype), colon, c(0, 1, 1, 60),
     c(365, 1826), stratum = data.frame(etype = 1), cluster = colon$id)
keep("mgus2", Surv(futime, death) ~ age + male + hgb + creat + mspike, mgus2[mgus2$futime > 0, ],
     c(70, 1, 13, 1.2, 1.2), c(24, 60, 120))
keep("heart", Surv(start, stop, event) ~ age + year + surgery + graft, heart, c(0, 2, 0, 1),
     c(30, 180, 720), cluster = heart$id)
keep("heart_breslow", Surv(start, stop, event) ~ age + year + surgery + graft, heart, NULL, NULL,
     cluster = heart$id, ties = "breslow")
keep("heart_strata", Surv(start, stop, event) ~ age + year + graft + strata(surgery), heart,
     c(0, 2, 1), c(30, 180, 720), stratum = data.frame(surgery = 0))

# Ridge: survival takes theta / 2 * sum(b^2) off the log likelihood.
columns <- c("hormon", "age", "meno", "size", "grade", "nodes", "pgr", "er")
for (column in columns) {
  x <- gbsg[[column]]
  gbsg[[paste0("z_", column)]] <- (x - mean(x)) / sqrt(mean((x - mean(x))^2))
}
ridge_of <- function(theta) {
  fit <- coxph(as.formula(paste0("Surv(rfstime, status) ~ ridge(", paste0("z_", columns, collapse = ","),
                                 ", theta = ", theta, ", scale = FALSE)")), gbsg,
               control = coxph.control(eps = 1e-13, iter.max = 60, outer.max = 60))
  unname(fit$coefficients)
}
ridge <- list(columns = columns, theta = c(1, 30, 500))
ridge$coefficients <- lapply(ridge$theta, ridge_of)
out$ridge <- ridge
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE), "cox.json")
