# Areas under the ROC curve of two blood markers after subarachnoid haemorrhage (pROC's aSAH data,
# shared/data/challenges/ranking/asah.csv), DeLong's variance and paired test, by R pROC.
# Usage: Rscript asah.R asah.csv > asah.json (the rows stay outside the repository)
suppressMessages(library(pROC))
library(jsonlite)
data <- read.csv(commandArgs(trailingOnly = TRUE)[1])
one <- roc(data$outcome, data$s100b, levels = c("Good", "Poor"), direction = "<", quiet = TRUE)
two <- roc(data$outcome, data$ndka, levels = c("Good", "Poor"), direction = "<", quiet = TRUE)
test <- roc.test(one, two, method = "delong", paired = TRUE)
found <- list(
  pROC = as.character(packageVersion("pROC")),
  n = nrow(data),
  s100b = list(auc = as.numeric(auc(one)), variance = var(one, method = "delong"),
               interval = as.numeric(ci(one, method = "delong"))[c(1, 3)]),
  ndka = list(auc = as.numeric(auc(two)), variance = var(two, method = "delong"),
              interval = as.numeric(ci(two, method = "delong"))[c(1, 3)]),
  covariance = cov(one, two, method = "delong"),
  z = unname(test$statistic),
  p_value = test$p.value
)
cat(toJSON(found, digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
