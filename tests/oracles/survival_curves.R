# Writes survival_curves.json: R survival and cmprsk on public data sets (no rows are kept).
# Argument: the folder of survival_*.csv (Rdatasets). Weights are 0.5 + (row number mod 7) / 4.
suppressMessages({library(survival); library(cmprsk)})
folder <- commandArgs(TRUE)[1]
of <- function(name) read.csv(file.path(folder, paste0("survival_", name, ".csv")))
weight <- function(n) 0.5 + (seq_len(n) %% 7) / 4
steps <- function(fit, every) {
  i <- seq(1, length(fit$time), by = every)
  se <- if (isFALSE(fit$logse)) fit$std.err else fit$surv * fit$std.err
  q <- quantile(fit, c(0.25, 0.5, 0.75))
  list(time = fit$time[i], surv = fit$surv[i], se = se[i], low = fit$lower[i], high = fit$upper[i],
       risk = fit$n.risk[i], quartiles = unname(q$quantile), quartiles_low = unname(q$lower),
       quartiles_high = unname(q$upper))
}
out <- list(source = paste(R.version.string, "survival", packageVersion("survival"), "cmprsk",
                           packageVersion("cmprsk")))
veteran <- of("veteran"); pbc <- of("pbc"); colon <- of("colon"); heart <- of("heart"); mgus2 <- of("mgus2")
for (type in c("log-log", "log", "plain"))
  out$km[[type]] <- steps(survfit(Surv(time, status) ~ 1, veteran, conf.type = type), 5)
out$km_weighted <- steps(survfit(Surv(time, status) ~ 1, veteran, conf.type = "log-log",
                                 weights = weight(nrow(veteran))), 5)
out$km_cluster <- steps(survfit(Surv(time, status) ~ 1, veteran, conf.type = "log-log",
                                weights = weight(nrow(veteran)), cluster = veteran$celltype), 5)
out$km_entry <- steps(survfit(Surv(start, stop, event) ~ 1, heart, conf.type = "log-log"), 5)
trial <- pbc[!is.na(pbc$trt), ]
trial$years <- trial$time / 365.25
for (tau in c(5, 10)) for (arm in 1:2) {
  fit <- survfit(Surv(years, status == 2) ~ 1, trial[trial$trt == arm, ])
  table <- summary(fit, rmean = tau)$table
  out$rmst <- rbind(out$rmst, data.frame(tau = tau, arm = arm, value = table[["rmean"]],
                                         se = table[["se(rmean)"]]))
}
deaths <- colon[colon$etype == 2, ]
test <- function(fit) list(observed = c(as.matrix(fit$obs) %*% rep(1, NCOL(fit$obs))),
                           expected = c(as.matrix(fit$exp) %*% rep(1, NCOL(fit$exp))), chisq = fit$chisq)
out$log_rank$colon <- test(survdiff(Surv(time, status) ~ rx, deaths))
out$log_rank$colon_strata <- test(survdiff(Surv(time, status) ~ rx + strata(surg), deaths))
out$log_rank$colon_rho <- test(survdiff(Surv(time, status) ~ rx, deaths, rho = 1))
out$log_rank$veteran <- test(survdiff(Surv(time, status) ~ celltype, veteran))
out$log_rank$veteran_rho <- test(survdiff(Surv(time, status) ~ celltype, veteran, rho = 0.5))
out$log_rank$pbc <- test(survdiff(Surv(time, status == 2) ~ trt, trial))
mgus2$kind <- with(mgus2, ifelse(pstat == 0, 2 * death, 1))
mgus2$until <- with(mgus2, ifelse(pstat == 0, futime, ptime))
incidence <- function(fit, column) {
  i <- seq(1, length(fit$time), by = 20)
  list(time = fit$time[i], value = fit$pstate[i, column], se = fit$std.err[i, column],
       low = fit$lower[i, column], high = fit$upper[i, column])
}
factored <- function(data) Surv(data$until, factor(data$kind, 0:2))
plain <- survfit(factored(mgus2) ~ 1, conf.type = "log-log")
out$incidence <- list(plain_1 = incidence(plain, 2), plain_2 = incidence(plain, 3))
out$incidence$log_1 <- incidence(survfit(factored(mgus2) ~ 1), 2)
w <- weight(nrow(mgus2))
out$incidence$weighted_1 <- incidence(survfit(factored(mgus2) ~ 1, weights = w,
                                              conf.type = "log-log"), 2)
# survfit's own cluster argument (3.5-3) does not add up its influence by cluster: done here.
moved <- survfit(factored(mgus2) ~ 1, influence = TRUE)$influence.pstate[, -1, 2]
out$incidence$cluster_1 <- out$incidence$plain_1
i <- seq(1, length(plain$time), by = 20)
out$incidence$cluster_1$se <- sqrt(colSums(rowsum(moved, mgus2$age)^2))[i]
out$incidence$cluster_1$low <- out$incidence$cluster_1$high <- NULL
late <- mgus2[mgus2$until > mgus2$id %% 13, ]
out$incidence$entry_1 <- incidence(survfit(
  Surv(id %% 13, until, factor(kind, 0:2)) ~ 1, late, id = seq_len(nrow(late)),
  conf.type = "log-log"), 2)
# Gray's test and cuminc's own variance.
found <- cuminc(mgus2$until, mgus2$kind, mgus2$sex)
out$gray <- list(mgus2_sex = found$Tests)
out$gray$mgus2_age <- cuminc(mgus2$until, mgus2$kind, cut(mgus2$age, c(0, 60, 70, 80, 200)))$Tests
out$gray$mgus2_rho <- cuminc(mgus2$until, mgus2$kind, mgus2$sex, rho = 1)$Tests
out$gray$mgus2_strata <- cuminc(mgus2$until, mgus2$kind, mgus2$sex, mgus2$age > 70)$Tests
one <- cuminc(mgus2$until, mgus2$kind)
at <- timepoints(one, c(60, 120, 240))
out$cuminc <- list(time = c(60, 120, 240), value = at$est[1, ], variance = at$var[1, ])
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE), "survival_curves.json")
