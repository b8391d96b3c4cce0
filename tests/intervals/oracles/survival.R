# Rscript survival.R > survival.json
# The weeks of remission of 42 patients with leukaemia (E. J. Freireich and others, Blood 21 (1963) 699-716), printed in
# J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data (2002), with the odd patients of
# each group in one stratum; and invented stays of people who have several.
library(survival)
drug <- c(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35)
drug_end <- c(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)
placebo <- c(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
data <- data.frame(time = c(drug, placebo), end = c(drug_end, rep(1, 21)), group = rep(0:1, each = 21),
                   stratum = rep(c(1:21, 1:21) %% 2))
set.seed(5)
size <- 120
several <- data.frame(person = sample(1:70, size, replace = TRUE), group = sample(0:2, size, replace = TRUE))
slow <- rgamma(70, 2)
several$time <- 1 + floor(rexp(size) * 100 * slow[several$person])
several$end <- as.integer(several$time <= 260)
several$time <- pmin(several$time, 260)

show <- function(values) paste0("[", toString(ifelse(is.na(values), "null", sprintf("%.12g", values))), "]")
curve <- function(rows, person) {
  made <- if (is.null(person)) survfit(Surv(time, end) ~ 1, rows, conf.type = "log-log")
          else survfit(Surv(time, end) ~ 1, rows, conf.type = "log-log", cluster = rows$person, robust = TRUE)
  at <- which(made$n.event > 0)
  half <- quantile(made, 0.5)
  mean <- summary(survfit(Surv(time, end) ~ 1, rows), rmean = 30)$table
  sprintf('{"days": %s, "share": %s, "low": %s, "high": %s, "median": %s, "mean": %s}', show(made$time[at]),
          show(made$surv[at]), show(made$lower[at]), show(made$upper[at]),
          show(c(half$quantile, half$lower, half$upper)), show(mean[c("rmean", "se(rmean)")]))
}
test <- function(made) sprintf('{"chi_squared": %.12g, "expected": %s}', made$chisq,
                               show(if (is.matrix(made$exp)) rowSums(made$exp) else made$exp))
rows <- function(data, names) paste(sprintf('"%s": %s', names, sapply(names, function(name) show(data[[name]]))),
                                    collapse = ", ")
robust <- coxph(Surv(time, end) ~ factor(group) + cluster(person), several, ties = "breslow", iter.max = 0)
score <- residuals(robust, "score")
sums <- rowsum(score, several$person)
plain <- coxph(Surv(time, end) ~ factor(group), several, ties = "breslow", iter.max = 0)
u <- colSums(residuals(plain, "score"))
cat(sprintf('{\n  "made_by": "%s, survival %s",\n  "remission": {%s},\n  "drug": %s,\n  "placebo": %s,\n',
            R.version.string, packageVersion("survival"), rows(data, c("time", "end", "group", "stratum")),
            curve(data[data$group == 0, ], NULL), curve(data[data$group == 1, ], NULL)))
cat(sprintf('  "test": %s,\n  "stratified": %s,\n', test(survdiff(Surv(time, end) ~ group, data)),
            test(survdiff(Surv(time, end) ~ group + strata(stratum), data))))
cat(sprintf('  "several": {%s},\n  "clustered": %s,\n  "three": %s,\n  "by_person": %.12g\n}\n',
            rows(several, c("person", "time", "end", "group")), curve(several, "person"),
            test(survdiff(Surv(time, end) ~ group, several)), drop(u %*% solve(crossprod(sums)) %*% u)))
