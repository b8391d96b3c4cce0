"use strict";
// An enhancement only: without it every duty is on the page, and nothing here is printed.
(() => {
  const place = document.getElementById("filter");
  const duties = [...document.querySelectorAll("[data-duty]")];
  const order = new Map(duties.map((duty, index) => [duty, index]));
  if (!place || duties.length < 2) return;
  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const fields = [];
  const field = (name, label, control) => {
    const box = element("div", "");
    control.id = `filter-${name}`;
    box.append(element("label", label, { for: control.id }), control);
    place.append(box);
    fields.push(control);
    control.addEventListener("input", show);
    return control;
  };
  const choices = (name, label, values, first) => {
    const control = element("select", "");
    control.append(element("option", first, { value: "" }));
    for (const [value, text] of values) control.append(element("option", text, { value }));
    return field(name, label, control);
  };
  const kinds = (read) => [...new Set(duties.flatMap(read))].filter(Boolean).map((value) => [value, value]);
  const units = (duty) => JSON.parse(duty.dataset.units);
  const words = field("words", "Words in the duty", element("input", "", { type: "search", autocomplete: "off" }));
  const severity = choices("severity", "Severity", kinds((duty) => [duty.dataset.severity]), "Any severity");
  const verdict = choices("verdict", "Verdict", kinds((duty) => [duty.dataset.verdict]), "Any verdict");
  const packs = kinds((duty) => [duty.dataset.pack]);
  const pack = packs.length > 1 ? choices("pack", "Pack", packs, "Any pack") : { value: "" };
  const named = kinds(units).sort();
  const unit = named.length ? choices("unit", "Unit", named, "Any unit") : { value: "" };
  const sorted = choices("order", "Order", [["breached", "Most breaches first"], ["name", "By number"]], "By severity");
  const said = element("p", "", { role: "status", class: "small" });
  place.append(said);
  place.hidden = false;

  function show() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const duty of duties) {
      const text = duty.querySelector("[data-title]").textContent.toLowerCase();
      const fits =
        wanted.every((word) => text.includes(word)) &&
        [[severity, "severity"], [verdict, "verdict"], [pack, "pack"]].every(
          ([control, key]) => !control.value || duty.dataset[key] === control.value,
        ) &&
        (!unit.value || units(duty).includes(unit.value));
      shown += fits;
      duty.hidden = !fits;
      const article = document.getElementById(duty.dataset.duty);
      if (article) article.hidden = !fits;
    }
    for (const group of document.querySelectorAll("[data-group]")) {
      group.hidden = ![...group.querySelectorAll("[data-duty], article")].some((part) => !part.hidden);
    }
    const by = {
      breached: (one, other) => other.dataset.breached - one.dataset.breached || order.get(one) - order.get(other),
      name: (one, other) => one.dataset.duty.localeCompare(other.dataset.duty, "en", { numeric: true }),
      "": (one, other) => order.get(one) - order.get(other),
    }[sorted.value];
    const body = document.querySelector(".duties tbody");
    if (body) body.append(...duties.filter((duty) => duty.parentNode === body).sort(by));
    const any = fields.some((control) => control !== sorted && control.value);
    said.textContent = any ? `${shown} of ${duties.length} duties are shown.` : "";
  }
})();
// A chart as an image of points: the browser draws it from the SVG file, which needs no script to be saved.
(() => {
  const sharpness = 2;
  for (const svg of document.querySelectorAll("a[download$='.svg']")) {
    const save = document.createElement("button");
    save.type = "button";
    save.className = "screen";
    save.textContent = "Save it as PNG";
    const about = svg.querySelector(".hidden");
    if (about) save.append(about.cloneNode(true));
    save.addEventListener("click", () => {
      const image = new Image();
      image.addEventListener("load", () => {
        const canvas = document.createElement("canvas");
        canvas.width = sharpness * image.width;
        canvas.height = sharpness * image.height;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        const file = document.createElement("a");
        file.download = svg.download.replace(/svg$/, "png");
        file.href = canvas.toDataURL("image/png");
        file.click();
      });
      image.src = svg.href;
    });
    svg.after(" ", save);
  }
})();
