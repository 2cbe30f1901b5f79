# Writes causal_immortal.json: Cox models of the Stanford heart transplant data, transplant as if known
# from the start and as it came (no rows are kept). Argument: the folder of survival_jasa.csv and
# survival_heart.csv (Rdatasets).
suppressMessages(library(survival))
folder <- commandArgs(TRUE)[1]
jasa <- read.csv(file.path(folder, "survival_jasa.csv"))
heart <- read.csv(file.path(folder, "survival_heart.csv"))
jasa$futime <- pmax(jasa$futime, 0.5)
keep <- function(fit) list(coefficient = unname(coef(fit)[1]), se = unname(sqrt(diag(vcov(fit))[1])),
                           n = fit$n, events = fit$nevent)
out <- list(source = paste(R.version.string, "survival", packageVersion("survival")),
  naive = keep(coxph(Surv(futime, fustat) ~ transplant, jasa)),
  naive_adjusted = keep(coxph(Surv(futime, fustat) ~ transplant + age + surgery, jasa)),
  dependent = keep(coxph(Surv(start, stop, event) ~ transplant, heart)),
  dependent_adjusted = keep(coxph(Surv(start, stop, event) ~ transplant + age + surgery, heart)))
for (day in c(30, 60)) {
  left <- subset(jasa, futime > day)
  left$early <- as.numeric(!is.na(left$wait.time) & left$wait.time <= day)
  out[[paste0("landmark_", day)]] <- c(keep(coxph(Surv(futime - day, fustat) ~ early, left)),
                                       early = sum(left$early))
}
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "causal_immortal.json")
