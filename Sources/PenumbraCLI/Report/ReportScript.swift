// What moves in a report: values under the pointer, runs that come and go, enlarged pictures.

enum ReportScript {
  /// The page is complete without it.
  static let text: Markup = #"""
    "use strict";
    const tip = document.getElementById("tip"), zoom = document.getElementById("zoom");
    const names = [...document.querySelectorAll("[data-toggle]")]
      .map(box => box.closest("label").textContent.trim());
    const hidden = new Set();
    function make(kind, attributes) {
      const node = document.createElementNS("http://www.w3.org/2000/svg", kind);
      for (const key in attributes) node.setAttribute(key, attributes[key]);
      return node;
    }
    function nearest(steps, x) {
      let low = 0, high = steps.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (steps[middle] < x) low = middle; else high = middle;
      }
      return Math.abs(steps[low] - x) <= Math.abs(steps[high] - x) ? low : high;
    }
    for (const chart of document.querySelectorAll("[data-lines]")) {
      const lines = chart.dataset.lines.split(";").map(text => {
        const [run, steps, values] = text.split(":");
        const numbers = part => part ? part.split(" ").map(Number) : [];
        return { run: +run, steps: numbers(steps), values: numbers(values) };
      });
      for (const plot of chart.querySelectorAll("svg")) {
        const [x0, x1] = plot.dataset.x.split(" ").map(Number);
        const [y0, y1] = plot.dataset.y.split(" ").map(Number);
        const cursor = plot.querySelector(".cursor");
        const leave = () => { tip.hidden = true; cursor.replaceChildren(); };
        plot.addEventListener("pointerleave", leave);
        plot.addEventListener("pointermove", event => {
          const box = plot.getBoundingClientRect();
          const px = Math.min(Math.max((event.clientX - box.left) * 420 / box.width, 50), 410);
          const x = x0 + (px - 50) / 360 * (x1 - x0);
          cursor.replaceChildren();
          tip.replaceChildren();
          let step = null;
          for (const line of lines) {
            if (!line.steps.length || hidden.has(line.run)) continue;
            const place = nearest(line.steps, x), value = line.values[place];
            step = step === null ? line.steps[place] : step;
            const part = plot.dataset.log === "1"
              ? Math.log(value / y0) / Math.log(y1 / y0) : (value - y0) / (y1 - y0);
            cursor.append(make("circle", { class: "c" + line.run % 8, r: 3.5,
              cx: 50 + 360 * (line.steps[place] - x0) / (x1 - x0), cy: 192 - 184 * part }));
            const row = document.createElement("div"), swatch = document.createElement("i");
            swatch.className = `swatch c${line.run % 8} d${(line.run >> 3) % 3}`;
            const number = document.createElement("b");
            number.textContent = value;
            row.append(swatch, names[line.run] || "", number);
            tip.append(row);
          }
          if (step === null) return leave();
          const title = document.createElement("div");
          title.textContent = "step " + step;
          tip.prepend(title);
          cursor.prepend(make("line", { x1: px, x2: px, y1: 8, y2: 192 }));
          tip.hidden = false;
          const left = event.clientX + 16 + tip.offsetWidth > innerWidth
            ? event.clientX - 16 - tip.offsetWidth : event.clientX + 16;
          tip.style.left = left + "px";
          tip.style.top = Math.min(event.clientY + 12, innerHeight - tip.offsetHeight - 8) + "px";
        });
      }
    }
    for (const box of document.querySelectorAll("[data-toggle]")) {
      box.addEventListener("change", () => {
        const run = +box.dataset.toggle;
        if (box.checked) hidden.delete(run); else hidden.add(run);
        for (const node of document.querySelectorAll(`[data-run="${run}"]`))
          node.classList.toggle("off", !box.checked);
      });
    }
    for (const picture of document.querySelectorAll(".strip img")) {
      picture.addEventListener("click", () => {
        const copy = picture.cloneNode();
        copy.removeAttribute("width");
        zoom.replaceChildren(copy);
        zoom.showModal();
      });
    }
    zoom.addEventListener("click", () => zoom.close());

    """#
}
