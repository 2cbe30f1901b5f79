# Writes rates.json: exact intervals, ratios, standardised rates, dispersion and trends of small tables.
# The rows are written here and read from the JSON by the tests. Needs r-cran-mass r-cran-jsonlite.
library(MASS)
counts <- c(0, 1, 2, 3, 5, 10, 11, 20, 50, 100, 1000)
garwood <- t(sapply(counts, function(k) poisson.test(k)$conf.int[1:2]))
midp <- function(k) {
  low <- if (k == 0) 0 else uniroot(function(m) ppois(k, m, lower.tail = FALSE) + dpois(k, m) / 2 - 0.025,
    c(1e-9, k), tol = 1e-13)$root
  high <- uniroot(function(m) ppois(k, m) - dpois(k, m) / 2 - 0.025, c(k, k + 10 * sqrt(k + 1)),
    tol = 1e-13)$root
  c(low, high)
}
pairs <- list(c(11, 15, 800, 3011), c(0, 7, 1000, 1000), c(7, 0, 1000, 500), c(120, 80, 1e5, 1.1e5),
  c(1, 1, 3, 5), c(2041, 3400, 250000, 900000))
ratio <- lapply(pairs, function(x) {
  t <- poisson.test(x[1:2], x[3:4])
  p <- x[3] / sum(x[3:4]); n <- x[1] + x[2]
  share <- function(target) uniroot(target, c(1e-12, 1 - 1e-12), tol = 1e-15)$root
  half <- function(q) dbinom(x[1], n, q) / 2
  low <- if (x[1] == 0) 0 else share(function(q)
    pbinom(x[1], n, q, lower.tail = FALSE) + half(q) - 0.025)
  high <- if (x[2] == 0) 1 else share(function(q) pbinom(x[1], n, q) - half(q) - 0.025)
  list(given = x, value = unname(t$estimate), low = t$conf.int[1], high = t$conf.int[2],
    p = min(1, 2 * min(pbinom(x[1], n, p), pbinom(x[1] - 1, n, p, lower.tail = FALSE))),
    midp_low = low / (1 - low) * x[4] / x[3], midp_high = high / (1 - high) * x[4] / x[3])
})
strata <- data.frame(cases = c(3, 0, 12, 40, 25), exposure = c(9000, 4000, 21000, 30000, 6000),
  standard = c(24, 18, 27, 20, 11))
w <- with(strata, standard / sum(standard) / exposure)
y <- sum(w * strata$cases); v <- sum(w^2 * strata$cases)
upper <- function(more, square) qgamma(0.975, (y + more)^2 / (v + square), (y + more) / (v + square))
standardised <- list(given = strata, rate = y, low = qgamma(0.025, y^2 / v, y / v),
  fay_feuer = upper(max(w), max(w)^2), tiwari = upper(mean(w), mean(w^2)))
set.seed(7)
class <- data.frame(exposure = round(exp(rnorm(30, 9, 1.2))))
class$cases <- rnbinom(30, size = 3, mu = 0.0012 * class$exposure)
poisson <- glm(cases ~ offset(log(exposure)), poisson, class, control = glm.control(1e-14, 100))
quasi <- summary(glm(cases ~ offset(log(exposure)), quasipoisson, class, control = glm.control(1e-14, 100)))
nb <- glm.nb(cases ~ offset(log(exposure)), class, control = glm.control(1e-12, 200))
rate <- nb$theta / exp(coef(nb)) + class$exposure
dispersion <- list(given = class, dispersion = quasi$dispersion, se = quasi$coefficients[2],
  log_rate = unname(coef(poisson)), poisson = as.numeric(logLik(poisson)), theta = nb$theta,
  mean = unname(exp(coef(nb))), log_likelihood = as.numeric(logLik(nb)),
  shrunken = unname((nb$theta + class$cases) / rate),
  low = qgamma(0.025, nb$theta + class$cases, rate), high = qgamma(0.975, nb$theta + class$cases, rate))
years <- data.frame(cases = c(44, 51, 30, 33, 20, 17, 9, 60, 42, 35, 30, 22),
  exposure = c(9, 14, 16, 17, 18, 17, 16, 20, 25, 30, 31, 30) * 1000,
  launch = c(0:6, 0:4) + 0.5, year = c(2014:2020, 2016:2020) + 0.5)
one <- summary(glm(cases ~ launch + offset(log(exposure)), quasipoisson, years, control = glm.control(1e-12)))
two <- summary(glm(cases ~ launch + year + offset(log(exposure)), quasipoisson, years, control = glm.control(1e-12)))
trend <- list(given = years, one = one$coefficients[-1, 1:2], one_dispersion = one$dispersion,
  two = two$coefficients[-1, 1:2], two_dispersion = two$dispersion)
out <- list(source = paste(R.version.string, "MASS", packageVersion("MASS")), counts = counts,
  garwood = garwood, midp = t(sapply(counts, midp)), ratio = ratio, standardised = standardised,
  dispersion = dispersion, trend = trend)
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, dataframe = "columns"), "rates.json")
