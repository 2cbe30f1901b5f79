# Writes signals.json: measures of disproportionality and priors in base R, from dnbinom, digamma,
# qgamma and chisq.test; nothing is shared with the workbench's own code. CAERS by the likelihood of
# openEBGM; PhViD's table by PhViD's default: all cells, the empty ones too, from its first values.
# Argument: the folder of caers.csv (FDA reports) and PhViDdata.csv. No row is kept.
folder <- commandArgs(TRUE)[1]
d <- unique(read.csv(file.path(folder, "caers.csv"))[, c("id", "var1", "var2")])
N <- length(unique(d$id))
nd <- table(unique(d[, c("id", "var1")])$var1)
ne <- table(unique(d[, c("id", "var2")])$var2)
k <- aggregate(id ~ var1 + var2, d, length)
n <- k$id; n1 <- as.numeric(nd[k$var1]); n2 <- as.numeric(ne[k$var2]); E <- n1 * n2 / N
# The mixture of two negative binomials, each given at least one report.
given <- function(a, b) dnbinom(n, a, b / (b + E)) / (1 - dnbinom(0, a, b / (b + E)))
minus <- function(v) {
  t <- exp(v[1:4]); p <- plogis(v[5])
  -sum(log(p * given(t[1], t[2]) + (1 - p) * given(t[3], t[4])))
}
fit <- nlminb(c(log(c(0.2, 0.1, 2, 4)), qlogis(1 / 3)), minus,
              control = list(rel.tol = 1e-13, iter.max = 500, eval.max = 2000))
th <- c(exp(fit$par[1:4]), plogis(fit$par[5]))
pick <- order(-n, E)[c(1:6, 40, 200, 800, 1500, 5000, 12000, 17000)]
posterior <- function(i) {
  f1 <- dnbinom(n[i], th[1], th[2] / (th[2] + E[i]))
  f2 <- dnbinom(n[i], th[3], th[4] / (th[4] + E[i]))
  q <- th[5] * f1 / (th[5] * f1 + (1 - th[5]) * f2)
  below <- function(x) q * pgamma(x, th[1] + n[i], th[2] + E[i]) +
    (1 - q) * pgamma(x, th[3] + n[i], th[4] + E[i])
  at <- function(p) uniroot(function(x) below(x) - p, c(1e-9, 1e4), tol = 1e-12)$root
  c(exp(q * (digamma(th[1] + n[i]) - log(th[2] + E[i])) +
        (1 - q) * (digamma(th[3] + n[i]) - log(th[4] + E[i]))), at(0.05), at(0.95), below(1))
}
of_table <- function(i) {
  a <- n[i]; b <- n1[i] - a; c <- n2[i] - a; e <- N - a - b - c
  test <- suppressWarnings(chisq.test(matrix(c(a, b, c, e), 2)))
  p1 <- 1 + n1[i]; q1 <- 1 + n2[i]; r1 <- 1 + a; r2 <- N - a - 1 + (2 + N)^2 / (q1 * p1)
  m <- (digamma(r1) - digamma(r1 + r2) - digamma(p1) - digamma(q1) + 2 * digamma(2 + N)) / log(2)
  v <- (trigamma(r1) - trigamma(r1 + r2) + trigamma(p1) + trigamma(q1) - 2 * trigamma(2 + N)) /
    log(2)^2
  c(test$statistic, test$p.value, m, qnorm(0.025, m, sqrt(v)), qnorm(0.975, m, sqrt(v)),
    log2(qgamma(c(0.025, 0.975), a + 0.5, E[i] + 0.5)))
}
pairs <- data.frame(drug = k$var1[pick], event = k$var2[pick], n = n[pick], expected = E[pick])
pairs[c("ebgm", "eb05", "eb95", "null")] <- t(sapply(pick, posterior))
pairs[c("chi_square", "p", "bcpnn", "bcpnn_low", "bcpnn_high", "ic_low", "ic_high")] <-
  t(sapply(pick, of_table))
g <- read.csv(file.path(folder, "PhViDdata.csv")); names(g) <- c("drug", "event", "n")
m1 <- tapply(g$n, g$drug, sum); m2 <- tapply(g$n, g$event, sum); M <- sum(g$n)
seen <- data.frame(n = g$n, e = m1[g$drug] * m2[g$event])
w1 <- table(m1); w2 <- table(m2)
all <- data.frame(e = as.vector(outer(as.numeric(names(w1)), as.numeric(names(w2)))),
                  w = as.vector(outer(as.numeric(w1), as.numeric(w2))))
empty <- tapply(all$w, all$e, sum)
reported <- tapply(rep(1, nrow(seen)), seen$e, sum)
empty[names(reported)] <- empty[names(reported)] - reported
some <- aggregate(w ~ n + e, cbind(seen, w = 1), sum)
cn <- c(some$n, 0 * empty); cE <- c(some$e, as.numeric(names(empty))) / M; cw <- c(some$w, empty)
minus2 <- function(v) {
  t <- exp(v[1:4]); p <- plogis(v[5])
  -sum(cw * log(p * dnbinom(cn, t[1], t[2] / (t[2] + cE)) +
                (1 - p) * dnbinom(cn, t[3], t[4] / (t[4] + cE))))
}
fit2 <- nlminb(c(log(c(0.2, 0.06, 1.4, 1.8)), qlogis(0.1)), minus2, control = list(rel.tol = 1e-13))
phvid <- list(theta = c(exp(fit2$par[1:4]), plogis(fit2$par[5])), log_likelihood = -fit2$objective,
              n_cells = sum(cw), n_total = M)
out <- list(source = R.version.string, theta = th, log_likelihood = -fit$objective,
            n_pairs = length(n), n_total = N, pairs = pairs, phvid = phvid)
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "signals.json")
