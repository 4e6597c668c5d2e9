"use strict";
// Shows the search field, which needs this script, and hides what does not have all words of it.
(() => {
  const field = document.getElementById("search");
  const found = document.getElementById("found");
  const places = ".finding, .entry, .row, .large tbody tr, #claims tbody tr, #exchanges > .exchange, .reasons > li";
  let texts = null;
  const search = () => {
    texts ??= [...document.querySelectorAll(places)].map((one) => [one, one.textContent.toLowerCase()]);
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [one, text] of texts) {
      const fits = words.every((word) => text.includes(word));
      one.hidden = !fits;
      count += fits;
    }
    found.textContent = words.length ? `${count} of ${texts.length} fit` : "";
  };
  field.addEventListener("input", search);
  field.parentElement.hidden = false;
  if (field.value) search();
})();
