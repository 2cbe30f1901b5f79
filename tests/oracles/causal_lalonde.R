# Writes causal_lalonde.json: matching and weighting of the Lalonde data (no rows are kept).
# Argument: the folder of MatchIt_lalonde.csv (Rdatasets).
suppressMessages({library(MatchIt); library(survey)})
d <- read.csv(file.path(commandArgs(TRUE)[1], "MatchIt_lalonde.csv"), row.names = 1)
d$race <- factor(d$race)
formula <- treat ~ age + educ + race + married + nodegree + re74 + re75
ps <- glm(formula, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
rows <- c("age", "educ", "raceblack", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")
before <- summary(matchit(formula, d, method = NULL), standardize = TRUE)$sum.all
# Pairs come from a plain loop: Debian's MatchIt 4.5.1 pairs six persons with others than their nearest,
# and with caliper = 0.1 leaves 169 of 185 pairs beyond it. MatchIt's documented table is in the test.
score <- round(ps$fitted.values, 12)
pairs <- function(widest) {
  controls <- which(d$treat == 0); found <- list(); treated <- which(d$treat == 1)
  for (i in treated[order(-score[treated])]) {
    gap <- abs(score[controls] - score[i])
    if (length(gap) && min(gap) <= widest) {
      j <- controls[which.min(gap)]; controls <- setdiff(controls, j)
      found[[length(found) + 1]] <- c(rownames(d)[i], rownames(d)[j])
    }
  }
  found
}
d$w <- ifelse(d$treat == 1, 1, ps$fitted.values / (1 - ps$fitted.values))
svy <- svyglm(re78 ~ treat, svydesign(~1, weights = ~w, data = d))
out <- list(source = paste(R.version.string, "MatchIt", packageVersion("MatchIt"), "survey",
                           packageVersion("survey")),
            rows = rows, n = nrow(d), crude = unname(coef(lm(re78 ~ treat, d))[2]),
            before = lapply(rows, function(r) list(smd = before[r, "Std. Mean Diff."],
                                                   ratio = before[r, "Var. Ratio"])),
            nearest = pairs(Inf), caliper = pairs(0.1 * sd(score)),
            att = list(value = unname(coef(svy)[2]), survey_se = unname(SE(svy)[2])))
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "causal_lalonde.json")
