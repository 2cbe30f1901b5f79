# Bootstrap of rankings in base R: cases drawn anew, means, ranks(ties = "min"), as challengeR does.
# Draws its own table and writes it beside the results. Run: Rscript rank_bootstrap.R
library(jsonlite)
set.seed(31)
n <- 40; m <- 6; resamples <- 50000
hard <- rnorm(n)
value <- round(sapply(seq_len(m), function(j) hard + rnorm(n) + 0.12 * j), 1)
colnames(value) <- letters[seq_len(m)]
ranking <- function(rows) rank(-colSums(round(10 * value[rows, ])), ties.method = "min")
full <- ranking(seq_len(n))
drawn <- replicate(resamples, ranking(sample.int(n, replace = TRUE)))
shares <- t(sapply(seq_len(m), function(j) tabulate(drawn[j, ], m) / resamples))
first <- colMeans(t(drawn == 1) / colSums(drawn == 1))
tau <- apply(drawn[, 1:5000], 2, function(r) suppressWarnings(cor(r, full, method = "kendall")))
write_json(
  list(
    version = R.version.string, resamples = resamples, names = colnames(value), value = value,
    rank = unname(full), shares = shares, first = unname(first),
    low = apply(drawn, 1, quantile, 0.025, type = 1, names = FALSE),
    high = apply(drawn, 1, quantile, 0.975, type = 1, names = FALSE),
    tau_mean = mean(tau, na.rm = TRUE), tau_sd = sd(tau, na.rm = TRUE)
  ),
  "rank_bootstrap.json", digits = NA, auto_unbox = TRUE, matrix = "rowmajor"
)
