# Writes survival_net_benefit.json: net benefit at times by survfit among those acted on (what
# dcurves does), from the rows of survival_brier.csv.
suppressMessages(library(survival))
rows <- read.csv("survival_brier.csv")
out <- list(source = paste(R.version.string, "survival", packageVersion("survival")), values = NULL)
times <- c(1, 2, 4)
for (kind in c("time", "tied")) for (model in c("fair", "sure")) for (i in 1:3)
  for (threshold in c(0.1, 0.3, 0.5)) {
    acts <- 1 - rows[[paste0(model, i - 1)]] >= threshold
    fit <- survfit(Surv(rows[[kind]], rows$event) ~ 1, subset = acts)
    risk <- 1 - summary(fit, times = times[i], extend = TRUE)$surv
    benefit <- mean(acts) * (risk - threshold / (1 - threshold) * (1 - risk))
    out$values <- rbind(out$values, data.frame(kind, model, i = i - 1, time = times[i], threshold, benefit))
  }
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE), "survival_net_benefit.json")
