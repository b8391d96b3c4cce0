# Rscript regression.R > regression.json
# Berkeley admissions of 1973 (R's own UCBAdmissions; P. J. Bickel and others, Science 187 (1975) 398-404), and the
# British doctors of Doll and Hill (1966), with the dispersion of the quasi-families, not below 1.
row <- function(model, name, which) {
  dispersion <- max(summary(model)$dispersion, 1)
  value <- coef(model)[name]
  error <- summary(model)$coefficients[name, 2] / sqrt(summary(model)$dispersion) * sqrt(dispersion)
  half <- qt(0.975, model$df.residual) * error
  sprintf('"%s": {"ratio": %.12g, "low": %.12g, "high": %.12g, "dispersion": %.12g, "degrees": %d}',
          which, exp(value), exp(value - half), exp(value + half), dispersion, model$df.residual)
}
ucb <- as.data.frame(UCBAdmissions)
wide <- reshape(ucb, idvar = c("Gender", "Dept"), timevar = "Admit", direction = "wide")
admissions <- glm(cbind(Freq.Admitted, Freq.Rejected) ~ Gender + Dept, family = quasibinomial, data = wide)
doctors <- data.frame(deaths = c(32, 104, 206, 186, 102, 2, 12, 28, 28, 31),
                      years = c(52407, 43248, 28612, 12663, 5317, 18790, 10673, 5710, 2585, 1462),
                      age = factor(rep(1:5, 2)), smoker = rep(c(1, 0), each = 5))
deaths <- glm(deaths ~ smoker + age + offset(log(years)), family = quasipoisson, data = doctors)
cells <- paste(sprintf('["%s", "%s", %d, %d]', wide$Gender, wide$Dept, wide$Freq.Admitted,
                       wide$Freq.Admitted + wide$Freq.Rejected), collapse = ", ")
cat(sprintf('{\n  "made_by": "%s",\n  "cells": [%s],\n  %s,\n  %s\n}\n', R.version.string, cells,
            row(admissions, "GenderFemale", "admissions"), row(deaths, "smoker", "doctors")))
