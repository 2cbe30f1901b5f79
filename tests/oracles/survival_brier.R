# Writes survival_brier.json: Brier score, IPA, IBS, their standard errors, and calibration at a
# horizon, by riskRegression, survival and stats::glm. Run survival_brier_inputs.py before it.
suppressMessages({library(survival); library(riskRegression); library(prodlim); library(rms)})
data <- read.csv("survival_brier.csv")
times <- c(1, 2, 4)
out <- list(source = paste(R.version.string, "riskRegression", packageVersion("riskRegression"),
                           "survival", packageVersion("survival")))
cloglog <- function(s) log(-log(pmin(pmax(s, 1e-6), 1 - 1e-6)))
for (kind in c("time", "tied")) {
  # predictSurvIndividual answers in the order of time, events first.
  data <- data[order(data[[kind]], -data$event), ]
  d <- data.frame(time = data[[kind]], event = data$event)
  risks <- lapply(c(fair = "fair", sure = "sure"),
                  function(m) 1 - as.matrix(data[paste0(m, 0:2)]))
  score <- Score(risks, formula = Surv(time, event) ~ 1, data = d, times = times,
                 metrics = "brier", summary = c("ipa", "ibs"), se.fit = TRUE,
                 conservative = FALSE, cens.model = "KaplanMeier", contrasts = TRUE)
  table <- as.data.frame(score$Brier$score)
  table$model <- as.character(table$model)
  one <- list(score = table[c("model", "times", "Brier", "se", "IPA", "IBS")])
  known <- Score(risks, formula = Surv(time, event) ~ 1, data = d, times = times,
                 metrics = "brier", se.fit = TRUE, conservative = TRUE,
                 cens.model = "KaplanMeier")
  one$known_g_se <- known$Brier$score$se
  pairs <- as.data.frame(score$Brier$contrasts)
  pairs <- pairs[pairs$model == "sure" & pairs$reference == "fair", ]
  one$difference <- pairs[c("times", "delta.Brier", "se")]
  g <- prodlim(Surv(time, event) ~ 1, data = d, reverse = TRUE)
  g_before <- predictSurvIndividual(g, lag = 1)
  for (i in 1:3) {
    t <- times[i]
    dead <- d$time <= t & d$event == 1
    w <- ifelse(dead, 1 / g_before, ifelse(d$time > t, 1 / predict(g, times = t), 0))
    for (m in c("fair", "sure")) {
      x <- cloglog(data[[paste0(m, i - 1)]])
      y <- as.numeric(dead)
      control <- glm.control(epsilon = 1e-14, maxit = 100)
      free <- glm(y ~ x, family = quasibinomial(cloglog), weights = w, control = control)
      held <- glm(y ~ offset(x), family = quasibinomial(cloglog), weights = w, control = control)
      knots <- quantile(x, c(0.05, 0.35, 0.65, 0.95))
      spline <- rcspline.eval(x, knots = knots, inclx = TRUE)
      smooth <- glm(y ~ spline, family = quasibinomial(cloglog), weights = w, control = control)
      gap <- abs(fitted(smooth) - (1 - data[[paste0(m, i - 1)]]))
      km <- summary(survfit(Surv(time, event) ~ 1, data = d), times = t)$surv
      # The same line through pseudo-values (van Geloven et al. 2022), for comparison only.
      pseudo_event <- 1 - pseudo(survfit(Surv(time, event) ~ 1, data = d), times = t)
      line <- nls(pseudo_event ~ 1 - exp(-exp(a + b * x)), start = list(a = 0, b = 1))
      cut <- d
      cut$event[cut$time > t] <- 0
      cut$time <- pmin(cut$time, t)
      one[[paste0(m, i - 1)]] <- list(
        intercept = unname(coef(held)), slope = unname(coef(free)[2]),
        oe = (1 - km) / mean(1 - data[[paste0(m, i - 1)]]),
        ici = mean(gap), e50 = unname(quantile(gap, 0.5, type = 1)),
        e90 = unname(quantile(gap, 0.9, type = 1)),
        pseudo_slope = unname(coef(line)["b"]),
        cox_slope = unname(coef(coxph(Surv(time, event) ~ x, data = cut, ties = "breslow",
                                      control = coxph.control(eps = 1e-9, iter.max = 50)))))
    }
  }
  group <- cut(data$fair1, quantile(data$fair1, 0:5 / 5), include.lowest = TRUE, labels = FALSE)
  fit <- summary(survfit(Surv(time, event) ~ group, data = d, conf.type = "log-log"), times = 2)
  one$groups <- list(n = as.vector(table(group)), observed = fit$surv, low = fit$lower,
                     high = fit$upper)
  out[[kind]] <- one
}
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE), "survival_brier.json")
