# Writes ranking.json: ranking schemes on random and tied tables, by base R alone.
# Inputs are drawn here and written with the results: one file holds both.
set.seed(3)
number <- function(x) {
  text <- ifelse(is.na(x), "null", sprintf("%.17g", x))
  if (is.matrix(x)) {
    rows <- apply(matrix(text, nrow(x)), 1, paste, collapse = ", ")
    return(paste0("[[", paste(rows, collapse = "],\n    ["), "]]"))
  }
  paste0("[", paste(text, collapse = ", "), "]")
}
holes <- function(x, share) { x[runif(length(x)) < share] <- NA; x }
base <- rnorm(30)
tables <- list(
  fine = matrix(plogis(rnorm(150) + base), 30, 5),
  decimal = matrix(round(pmin(1, pmax(0, 0.6 + rnorm(100, 0, 0.15))), 1), 25, 4),
  whole = matrix(rpois(240, 2) + rep(0:5, each = 40) %/% 3, 40, 6),
  missing = holes(matrix(rpois(120, 3), 30, 4), 0.1),
  small = matrix(c(3, 1, 4, 1, 5, 9, 2, 6, 5), 3, 3)
)
# A case ranks a missing value last: after all that have one.
in_case <- function(x, ties, larger) {
  r <- rank(if (larger) -x else x, ties.method = ties, na.last = "keep")
  there <- sum(!is.na(x))
  gone <- sum(is.na(x))
  r[is.na(x)] <- switch(ties, min = there + 1, max = there + gone, average = there + mean(1:gone))
  r
}
tests <- function(x, larger, correct) {
  m <- ncol(x)
  p <- matrix(NA, m, m)
  for (i in 1:m) for (j in 1:m) if (i != j) {
    both <- !is.na(x[, i]) & !is.na(x[, j])
    p[i, j] <- wilcox.test(x[both, i], x[both, j], paired = TRUE, exact = FALSE, correct = correct,
                           alternative = if (larger) "greater" else "less")$p.value
  }
  p
}
lines <- c(sprintf('"source": "%s"', R.version.string))
for (name in names(tables)) {
  x <- tables[[name]]
  # Decimals are ranked as whole tenths: float noise must not decide a tie.
  y <- if (name == "decimal") round(10 * x) else x
  add <- function(key, value) {
    lines <<- c(lines, sprintf('"%s_%s": %s', name, key, number(value)))
  }
  add("values", x)
  aggregates <- list(
    mean = apply(y, 2, mean, na.rm = TRUE),
    median = apply(y, 2, median, na.rm = TRUE),
    q05 = apply(y, 2, quantile, probs = 0.05, type = 7, na.rm = TRUE),
    q95 = apply(y, 2, quantile, probs = 0.95, type = 7, na.rm = TRUE)
  )
  divisor <- if (name == "decimal") 10 else 1
  for (key in names(aggregates)) add(key, aggregates[[key]] / divisor)
  for (larger in c(TRUE, FALSE)) {
    way <- if (larger) "maximize" else "minimize"
    for (correct in c(TRUE, FALSE)) {
      p <- tests(y, larger, correct)
      add(paste("p", way, if (correct) "corrected" else "plain", sep = "_"), p)
      if (name == "decimal") {
        add(paste("floats_p", way, if (correct) "corrected" else "plain", sep = "_"),
            tests(x, larger, correct))
      }
      if (correct) {
        q <- p
        q[] <- p.adjust(p, "holm")
        add(paste("holm", way, sep = "_"), q)
        for (ties in c("min", "max", "average")) {
          wins <- rowSums(p <= 0.05, na.rm = TRUE)
          add(paste("rank_test", way, ties, sep = "_"), rank(-wins, ties.method = ties))
          wins <- rowSums(q <= 0.05, na.rm = TRUE)
          add(paste("rank_holm", way, ties, sep = "_"), rank(-wins, ties.method = ties))
        }
      }
    }
    for (ties in c("min", "max", "average")) {
      for (key in names(aggregates)) {
        z <- signif(aggregates[[key]], 12)
        add(paste("rank", key, way, ties, sep = "_"), rank(if (larger) -z else z, ties.method = ties))
      }
      r <- t(apply(y, 1, in_case, ties = ties, larger = larger))
      for (key in c("mean", "median")) {
        z <- apply(r, 2, key)
        add(paste("case", key, way, ties, sep = "_"), z)
        add(paste("rank_case", key, way, ties, sep = "_"), rank(signif(z, 12), ties.method = ties))
      }
    }
  }
}
orders <- rbind(1:6, c(2, 1, 3, 4, 6, 5), c(1, 1, 3, 3, 5, 6), 6:1, c(1, 2, 2, 2, 5, 5))
lines <- c(lines, sprintf('"orders": %s', number(orders)))
lines <- c(lines, sprintf('"tau": %s', number(cor(t(orders), method = "kendall"))))
writeLines(c("{", paste0("  ", paste(lines, collapse = ",\n  ")), "}"), "ranking.json")
