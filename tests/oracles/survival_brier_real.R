# Writes survival_brier_real.json: riskRegression on public data sets (no rows are kept), for a
# prediction that any program can repeat. Argument: the folder of survival_*.csv (Rdatasets).
suppressMessages({library(survival); library(riskRegression)})
folder <- commandArgs(TRUE)[1]
sets <- list(
  rotterdam = list(time = "dtime", event = "death", x = "nodes", horizons = c(1000, 2000, 3000)),
  gbsg = list(time = "rfstime", event = "status", x = "nodes", horizons = c(500, 1000, 2000)),
  flchain = list(time = "futime", event = "death", x = "age", horizons = c(1000, 2500, 4000)))
out <- list(source = paste(R.version.string, "riskRegression", packageVersion("riskRegression")))
for (name in names(sets)) {
  set <- sets[[name]]
  data <- read.csv(file.path(folder, paste0("survival_", name, ".csv")))
  d <- data.frame(time = data[[set$time]], event = data[[set$event]], x = data[[set$x]])
  d <- d[d$time > 0, ]
  z <- (d$x - mean(d$x)) / sd(d$x)
  risk <- sapply(set$horizons, function(t) 1 - exp(-0.4 * t / 2000 * exp(0.5 * z)))
  score <- Score(list(model = risk), formula = Surv(time, event) ~ 1, data = d,
                 times = set$horizons, metrics = "brier", summary = c("ipa", "ibs"),
                 se.fit = FALSE, cens.model = "KaplanMeier")
  table <- as.data.frame(score$Brier$score)
  table$model <- as.character(table$model)
  out[[name]] <- c(set, list(n = nrow(d), score = table[c("model", "times", "Brier", "IPA", "IBS")]))
}
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE), "survival_brier_real.json")
