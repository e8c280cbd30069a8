"use strict";
// Downloads of charts: the drawing of the page with its title and source, as SVG, or as PNG that the browser draws from it.
(() => {
  const WIDTH = 880, EDGE = 20, FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif";
  const language = () => document.documentElement.lang;
  const said = (element) => (element.querySelector(`[lang=${language()}]`) ?? element).textContent.trim();
  const ruler = document.createElement("canvas").getContext("2d");

  const make = (name, attributes, words = "") => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.textContent = words;
    return element;
  };
  const broken = (words, size, weight) => {
    ruler.font = `${weight} ${size}px Arial`;
    const lines = [""];
    for (const word of words.split(/[ \n]+/)) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (ruler.measureText(longer).width > WIDTH - 2 * EDGE && lines.at(-1)) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  };
  const drawing = (chart) => {
    const found = chart.querySelector(`svg.wide[lang=${language()}], svg.small[lang=${language()}]`).cloneNode(true);
    const [, , width, height] = found.getAttribute("viewBox").split(" ").map(Number);
    const scale = Math.min((WIDTH - 2 * EDGE) / width, 1.6);
    ["class", "aria-label", "role", "lang"].forEach((name) => found.removeAttribute(name));
    found.setAttribute("width", width * scale);
    found.setAttribute("height", height * scale);
    return found;
  };
  const fill = (tile) => (tile.classList.contains("withheld") ? "url(#hatch)" : getComputedStyle(tile).backgroundColor);
  const tiles = (panel, legend) => {
    ruler.font = "12px Arial";
    const size = 46, all = [...panel.querySelectorAll(".tile")], map = make("svg", {});
    let rows = 0;
    for (const tile of all) {
      const [column, row] = ["--c", "--r"].map((name) => Number(tile.style.getPropertyValue(name)) - 1);
      const x = column * size, y = row * size, style = getComputedStyle(tile);
      rows = Math.max(rows, row + 1);
      const box = { x, y, width: size - 3, height: size - 3, rx: 3 };
      const faint = tile.classList.contains("withheld") ? 0.4 : 1;
      map.append(make("rect", { ...box, fill: fill(tile), "fill-opacity": faint, stroke: style.borderColor }));
      const text = { x: x + (size - 3) / 2, "text-anchor": "middle", fill: style.color, "font-size": 12 };
      map.append(make("text", { ...text, y: y + 18, "font-weight": "bold" }, tile.querySelector("b").textContent));
      const mark = tile.querySelector(".withheld, [aria-hidden]:not(b)");
      map.append(make("text", { ...text, y: y + 34 }, mark ? mark.textContent : said(tile.lastElementChild)));
    }
    let x = 0, y = rows * size + 14;
    for (const item of legend.children) {
      const words = said(item), width = 40 + ruler.measureText(words).width;
      if (x + width > 18 * size) [x, y] = [0, y + 24];
      map.append(make("rect", { x, y, width: 16, height: 16, fill: fill(item.firstElementChild), stroke: "#8796a1" }));
      map.append(make("text", { x: x + 22, y: y + 13, "font-size": 12, fill: "#1d2b36" }, words));
      x += width;
    }
    map.setAttribute("width", 18 * size);
    map.setAttribute("height", y + 22);
    return map;
  };
  const picture = (title, caption, chart) => {
    const lines = broken(title, 18, "bold").map((words) => [words, 18, "bold", "#1d2b36"]);
    if (caption) lines.push([caption, 14, "normal", "#51626f"]);
    const whole = make("svg", { "font-family": FONT, width: WIDTH });
    whole.append(document.querySelector(".defs defs").cloneNode(true), make("rect", { width: "100%", height: "100%", fill: "#fff" }));
    let y = EDGE;
    for (const [words, size, weight, colour] of lines) {
      y += size * 1.3;
      whole.append(make("text", { x: EDGE, y, "font-size": size, "font-weight": weight, fill: colour }, words));
    }
    chart.setAttribute("x", EDGE);
    chart.setAttribute("y", y + 14);
    whole.append(chart);
    y += Number(chart.getAttribute("height")) + 38;
    for (const words of document.getElementById(`source-${language()}`).textContent.trim().split("\n")) {
      whole.append(make("text", { x: EDGE, y, "font-size": 12, fill: "#51626f" }, words.trim()));
      y += 17;
    }
    whole.setAttribute("height", y + 4);
    whole.setAttribute("viewBox", `0 0 ${WIDTH} ${y + 4}`);
    return whole;
  };
  const save = (content, name) => Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: name }).click();
  const download = (button) => {
    const section = button.closest("section"), links = button.closest(".picture");
    const chart = links.previousElementSibling, heading = chart.previousElementSibling;
    const panel = section.querySelector("[data-panel]:not([hidden])");
    // The finding above the map is that of its first panel.
    const title = said(section.querySelector(panel && !panel.matches("[data-panel=home-all]") ? ".kicker" : "h2"));
    const chosen = [...section.querySelectorAll("input:checked")].map((choice) => said(choice.parentElement));
    const caption = panel ? [said(section.querySelector(".lead")).split(". ")[0], ...chosen].join(" · ") : heading?.matches("h3") ? said(heading) : "";
    const whole = picture(title, caption, panel ? tiles(panel, section.querySelector(".legend")) : drawing(chart));
    const written = new XMLSerializer().serializeToString(whole);
    const name = `${links.dataset.name}-${language()}.${button.dataset.kind}`;
    if (button.dataset.kind === "svg") return save(new Blob([written], { type: "image/svg+xml" }), name);
    const image = new Image();
    image.onload = () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 2 * WIDTH, height: 2 * whole.getAttribute("height") });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((drawn) => save(drawn, name));
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written)}`;
    return undefined;
  };
  document.querySelectorAll("[data-kind]").forEach((button) => button.addEventListener("click", () => download(button)));
})();
