# Rscript trend.R > trend.json
# Quasi-Poisson trends of invented monthly counts; the seventh month of the first group was not submitted.
time <- c(0:5, 7:14)
count <- c(41, 38, 55, 47, 60, 39, 66, 71, 52, 80, 63, 77, 91, 70)
people <- c(3100, 2800, 3100, 3000, 3100, 3000, 3100, 3000, 3100, 3000, 3100, 3100, 2800, 3100)
other_time <- 0:14
other <- c(120, 131, 110, 142, 125, 133, 128, 119, 140, 151, 122, 137, 129, 118, 145)
other_people <- rep(9000, 15)

line <- function(model, name) {
  row <- summary(model)$coefficients[name, ]
  half <- qt(0.975, model$df.residual) * row[2]
  sprintf('{"factor": %.12g, "low": %.12g, "high": %.12g, "p": %.12g, "dispersion": %.12g, "degrees": %d}',
          exp(row[1]), exp(row[1] - half), exp(row[1] + half), row[4], summary(model)$dispersion, model$df.residual)
}
triple <- function(a, b, c) sprintf("[[%s], [%s], [%s]]", toString(a), toString(b), toString(c))

one <- glm(count ~ time + offset(log(people)), family = quasipoisson)
both <- data.frame(count = c(count, other), time = c(time, other_time), people = c(people, other_people),
                   group = rep(c(1, 0), c(14, 15)))
two <- glm(count ~ group * time + offset(log(people)), family = quasipoisson, data = both)
cat(sprintf('{\n  "made_by": "%s",\n  "group": %s,\n  "reference": %s,\n  "one": %s,\n  "two": %s\n}\n',
            R.version.string, triple(time, count, people), triple(other_time, other, other_people),
            line(one, "time"), line(two, "group:time")))
