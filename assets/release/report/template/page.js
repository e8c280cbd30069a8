"use strict";
(() => {
  const all = (query) => [...document.querySelectorAll(query)];
  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;
  const select = document.getElementById("province");
  const asked = new URLSearchParams(location.search);

  const speak = (language) => {
    document.documentElement.lang = language;
    all("[data-language]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.language === language));
    all("[data-label-id]").forEach((region) => region.setAttribute("aria-label", region.dataset[language === "id" ? "labelId" : "labelEn"]));
    all("option[data-id]").forEach((option) => { option.textContent = option.dataset[language]; });
  };
  const choose = (province) => {
    select.value = province;
    all("[data-prov]").forEach((region) => region.classList.toggle("me", region.dataset.prov === province));
    all("button[data-prov]").forEach((tile) => tile.setAttribute("aria-pressed", tile.dataset.prov === province));
    all("[data-profile]").forEach((profile) => { profile.hidden = profile.dataset.profile !== province; });
    const similar = all("[data-profile]:not([hidden])").flatMap((profile) => profile.dataset.similar.split(" "));
    all("#scorecard tr[data-prov]").forEach((row) => row.classList.toggle("like", similar.includes(row.dataset.prov)));
    all("[data-print=sheet]").forEach((button) => { button.hidden = !province; });
  };
  const show = () => {
    const panel = `${chosen("basis")}-${chosen("segment")}`;
    all("[data-panel]").forEach((tiles) => { tiles.hidden = tiles.dataset.panel !== panel; });
  };

  all("[data-language]").forEach((button) => button.addEventListener("click", () => speak(button.dataset.language)));
  all("button[data-prov]").forEach((tile) => tile.addEventListener("click", () => choose(tile.dataset.prov)));
  all("input[name=basis], input[name=segment]").forEach((choice) => choice.addEventListener("change", show));
  select.addEventListener("change", () => choose(select.value));
  const shorten = (form) => {
    document.body.classList.toggle("brief", form === "brief" || form === "sheet");
    document.body.classList.toggle("sheet", form === "sheet");
  };
  all("[data-print]").forEach((button) => button.addEventListener("click", () => {
    shorten(button.dataset.print);
    print();
    shorten("");
  }));
  shorten(asked.get("print"));
  speak(asked.get("lang") === "en" ? "en" : "id");
  choose(all("#province option").some((option) => option.value === asked.get("province")) ? asked.get("province") : "");
  show();
  if (matchMedia("(max-width:900px)").matches) document.querySelector(".toc details").open = false;
})();
