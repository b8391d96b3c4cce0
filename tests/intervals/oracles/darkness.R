# Rscript darkness.R > darkness.json
# The veil-of-darkness model of Grogger and Ridgeway (2006): glm with a natural spline of the clock time, and the
# variance clustered by day, by hand as Liang and Zeger (1986) have it. The stops are invented and made here, by a rule
# without chance, so that anyone can make them again.
library(splines)
rows <- expand.grid(day = 1:60, slot = 1:12)
rows$minute <- 1000 + 25 * rows$slot + (7 * rows$day) %% 11
rows$light <- as.numeric(rows$minute < 1000 + 5 * rows$day)
rows$group <- (rows$day * rows$slot + 3 * rows$light) %% 5 + rows$light
rows$reference <- (2 * rows$day + 5 * rows$slot) %% 7 + (rows$slot > 6)
rows <- rows[rows$group + rows$reference > 0, ]
times <- rep(rows$minute, rows$group + rows$reference)
knots <- quantile(times, seq(0, 1, length.out = 7), type = 1)
basis <- ns(rows$minute, knots = knots[2:6], Boundary.knots = knots[c(1, 7)])
model <- glm(cbind(group, reference) ~ light + basis, family = binomial, data = rows,
             control = glm.control(epsilon = 1e-12))
design <- model.matrix(model)
trials <- rows$group + rows$reference
scores <- design * (rows$group - trials * fitted(model))
sums <- rowsum(scores, rows$day)
days <- nrow(sums)
small <- days / (days - 1) * (nrow(design) - 1) / (nrow(design) - ncol(design))
bread <- vcov(model)
variance <- small * bread %*% crossprod(sums) %*% bread
value <- coef(model)["light"]
error <- sqrt(variance["light", "light"])
half <- qt(0.975, days - 1) * error
p <- 2 * pt(-abs(value) / error, days - 1)
cells <- paste(sprintf("[%d, %d, %d, %d, %d]", rows$day, rows$minute, rows$light, rows$group, rows$reference),
               collapse = ", ")
cat(sprintf('{\n  "made_by": "%s",\n  "cells": [%s],\n  "ratio": %.12g, "low": %.12g, "high": %.12g, "p_value": %.12g, "days": %d\n}\n',
            R.version.string, cells, exp(value), exp(value - half), exp(value + half), p, days))
