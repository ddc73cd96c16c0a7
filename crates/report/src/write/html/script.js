// What the page gains with JavaScript: values under the pointer or the arrow keys, and zooming all panels of a
// window together. Without it the page shows the same pictures and tables. Numbers are read from the tables.
(() => {
  "use strict";
  const STEPS = 4000, NS = "–";
  document.documentElement.classList.add("js");
  const live = document.createElement("div");
  live.className = "vh";
  live.setAttribute("aria-live", "polite");
  document.body.append(live);
  const make = (tag, cls, parent) => {
    const node = document.createElement(tag);
    node.className = cls;
    parent.append(node);
    return node;
  };
  const number = text => text === NS ? null : Number(text.replace(/,/g, "").replace("−", "-"));
  const comma = text => text.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const printed = (value, decimals) => {
    const [whole, rest] = Math.abs(value).toFixed(decimals).split(".");
    const sign = value < 0 && /[1-9]/.test(whole + (rest || "")) ? "−" : "";
    return sign + comma(whole) + (rest ? "." + rest : "");
  };
  // The switches work by `:has` without a script. Here they write plain rules: with thirty arms every change of the page
  // would make the browser match the others again, for seconds.
  const sheet = document.getElementById("hidden"), arms = [...document.querySelectorAll(".switches input")];
  const hide = () => { sheet.textContent = arms.filter(arm => !arm.checked).map(arm => `.a${arm.id.slice(3)}{display:none!important}`).join(""); };
  if (arms.length) hide();
  for (const arm of arms) arm.addEventListener("change", hide);
  const charts = [...document.querySelectorAll("figure.lines")].map(chart);
  function chart(figure) {
    const area = figure.querySelector(".area"), svg = area.querySelector("svg");
    const me = {
      figure, area, svg, group: figure.dataset.group, unit: figure.dataset.unit,
      lo: Number(svg.dataset.lo), hi: Number(svg.dataset.hi),
      paths: [...svg.querySelectorAll("path.line")], grid: svg.querySelector("path.grid"),
      ys: figure.querySelector(".ys"), xs: figure.querySelector(".xs"),
      labels: [...figure.querySelectorAll(".ends .l")], from: 0, to: 1, at: null, anchor: null
    };
    me.first = { box: svg.getAttribute("viewBox"), grid: me.grid.getAttribute("d"), ys: me.ys.innerHTML, xs: me.xs.innerHTML };
    me.arms = me.paths.map(path => {
      const arm = /(?:^| )a(\d+)(?: |$)/.exec(path.getAttribute("class"));
      return arm && document.getElementById("arm" + arm[1]);
    });
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    area.setAttribute("aria-label", figure.querySelector("figcaption").textContent +
      ". Arrow keys read values, shift and arrows select, enter zooms, escape resets.");
    return me;
  }
  function data(me) {
    if (!me.rows) {
      me.rows = [...figure(me).tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent.trim()));
      me.names = [...figure(me).tHead.rows[0].cells].slice(1).map(cell => cell.textContent);
    }
    return me.rows;
  }
  const figure = me => me.figure.querySelector("details.data table");
  const last = me => Math.max(1, data(me).length - 1);
  const shown = (me, k) => !me.arms[k] || me.arms[k].checked;
  const pane = (me, at) => (at / last(me) - me.from) / (me.to - me.from);
  const near = (me, share) =>
    Math.round(Math.min(1, Math.max(0, me.from + share * (me.to - me.from))) * last(me));

  function point(me, at, speak) {
    for (const other of charts) if (other !== me && other.group !== me.group) clear(other);
    me.at = at;
    const day = data(me)[at][0];
    for (const other of charts.filter(other => other.group === me.group)) {
      const place = other === me ? at : data(other).findIndex(row => row[0] >= day);
      cursor(other, place < 0 ? last(other) : place, other === me);
    }
    if (speak) live.textContent = words(me, at).join(", ");
  }
  function words(me, at) {
    const row = data(me)[at];
    return [row[0], ...me.names.map((name, k) => [k, name]).filter(([k]) => shown(me, k)).map(([k, name]) => `${name} ${row[k + 1]}`)];
  }
  function cursor(me, at, withTip) {
    const share = pane(me, at);
    me.cur = me.cur || make("div", "cur", me.area);
    me.cur.hidden = share < 0 || share > 1;
    me.cur.style.left = share * 100 + "%";
    if (!withTip) { if (me.tip) me.tip.hidden = true; return; }
    me.tip = me.tip || make("div", "tip", me.area);
    me.tip.hidden = me.cur.hidden;
    const row = data(me)[at], lines = document.createDocumentFragment();
    make("b", "", lines).textContent = row[0];
    me.names.forEach((name, k) => {
      if (!shown(me, k)) return;
      const line = make("span", "", lines), left = make("span", "", line);
      const mark = me.labels[k] && me.labels[k].querySelector("i");
      if (mark) left.append(mark.cloneNode(true));
      left.append(name);
      make("span", "", line).textContent = row[k + 1];
    });
    me.tip.replaceChildren(lines);
    const wide = me.area.clientWidth, own = me.tip.offsetWidth;
    const x = share * wide + (share > 0.5 ? -own - 12 : 12);
    me.tip.style.left = Math.max(-40, Math.min(x, wide - own + 150)) + "px";
  }
  function clear(me) {
    for (const node of [me.cur, me.tip, me.sel]) if (node) node.hidden = true;
  }
  function clearAll() { charts.forEach(clear); }

  // Strips have no scale: zooming only moves their box and their first and last day.
  const strips = [...document.querySelectorAll("figure.strips")].map(figure => ({
    group: figure.dataset.group, boxes: [...figure.querySelectorAll(".strip>svg")],
    days: [...figure.querySelectorAll("div.span span")], all: (figure.dataset.days || "").split(" ")
  }));
  function zoomStrips(group, from, to) {
    for (const me of strips.filter(me => me.group === group)) {
      const n = me.all.length, at = share => me.all[Math.min(n - 1, Math.max(0, Math.round(share * (n - 1))))];
      for (const box of me.boxes) box.setAttribute("viewBox", `${from * n} 0 ${(to - from) * n} 18`);
      if (me.days.length === 2) { me.days[0].textContent = at(from); me.days[1].textContent = at(to); }
    }
  }
  function zoom(group, from, to) {
    zoomStrips(group, from, to);
    const own = charts.filter(me => me.group === group);
    // All sizes are read before anything is changed: a size read after a change lays out the whole page.
    for (const me of own) { me.wide = me.area.clientWidth; me.high = me.area.clientHeight; }
    for (const me of own) {
      me.from = from; me.to = to;
      if (from <= 0 && to >= 1) restore(me); else draw(me);
    }
  }
  function restore(me) {
    me.from = 0; me.to = 1;
    me.svg.setAttribute("viewBox", me.first.box);
    me.grid.setAttribute("d", me.first.grid);
    me.ys.innerHTML = me.first.ys;
    me.xs.innerHTML = me.first.xs;
    if (me.button) me.button.hidden = true;
    me.figure.querySelectorAll(".marked,.ev,.ends .l").forEach(node => { node.style.top = node.dataset.top || ""; });
  }
  function draw(me) {
    const rows = data(me), n = last(me);
    const a = Math.floor(me.from * n), b = Math.min(n, Math.ceil(me.to * n));
    const values = [];
    for (let i = a; i <= b; i++) for (let k = 0; k < me.paths.length; k++) {
      const value = number(rows[i][k + 1]);
      if (value !== null && shown(me, k)) values.push(value);
    }
    if (!values.length) return;
    const step = round((Math.max(...values) - Math.min(...values) || 1) / 4);
    const lo = Math.floor(Math.min(...values) / step) * step, hi = Math.ceil(Math.max(...values) / step) * step;
    const y = value => (me.hi - value) / (me.hi - me.lo) * STEPS;
    me.svg.setAttribute("viewBox", `${me.from * n} ${y(hi)} ${(me.to - me.from) * n} ${Math.max(1, y(lo) - y(hi))}`);
    ticks(me, lo, hi, step, y, n);
    days(me, rows, a, b);
    ends(me, rows, b, lo, hi);
    me.figure.querySelectorAll(".marked,.ev").forEach(node => { node.dataset.top = node.dataset.top || node.style.top; node.style.top = "-99rem"; });
    if (!me.button) {
      me.button = make("button", "reset", me.area);
      me.button.type = "button";
      me.button.textContent = "Whole window";
      me.button.addEventListener("click", () => zoom(me.group, 0, 1));
    }
    me.button.hidden = false;
  }
  function round(raw) {
    const power = 10 ** Math.floor(Math.log10(raw));
    return [1, 2, 5, 10].map(digit => digit * power).find(step => step >= raw * 0.999);
  }
  function ticks(me, lo, hi, step, y, n) {
    let path = "";
    me.ys.replaceChildren();
    for (let value = lo; value <= hi + step / 2; value += step) {
      path += `M0 ${y(value)}H${n}`;
      const label = make("span", "", me.ys);
      label.style.top = (hi - value) / (hi - lo) * 100 + "%";
      label.textContent = tick(me, value, step);
    }
    me.grid.setAttribute("d", path);
  }
  function tick(me, value, step) {
    const decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
    if (me.unit === "usd") return dollars(value, step);
    if (me.unit === "percent") return printed(value, decimals) + " %";
    return printed(value, decimals);
  }
  function dollars(value, step) {
    const sign = value < 0 ? "−$" : "$", size = Math.abs(value);
    if (size >= 1e6) return sign + printed(size / 1e6, Math.max(0, [0, 1, 2, 3].findIndex(places => step * 10 ** places >= 1e6))) + "M";
    if (size >= 1e3) return sign + printed(size / 1e3, step < 1e3 ? 1 : 0) + "k";
    return sign + printed(size, 0);
  }
  function days(me, rows, a, b) {
    me.xs.replaceChildren();
    const count = Math.max(1, Math.min(6, Math.floor(me.wide / 110), b - a));
    for (let i = 0; i <= count; i++) {
      const share = i / count, at = near(me, share);
      const label = make("span", "", me.xs);
      label.style.left = share * 100 + "%";
      label.textContent = rows[at][0];
    }
  }
  function ends(me, rows, b, lo, hi) {
    const height = me.high;
    const order = me.labels.map((label, k) => [label, number(rows[b][k + 1]), k])
      .filter(([, value, k]) => value !== null && shown(me, k))
      .map(([label, value]) => [label, (hi - value) / (hi - lo) * height]).sort((p, q) => p[1] - q[1]);
    let floor = 0, ceiling = height;
    for (const item of order) { item[1] = Math.max(item[1], floor); floor = item[1] + 16; }
    for (const item of order.reverse()) { item[1] = Math.min(item[1], ceiling); ceiling = item[1] - 16; }
    for (const [label, top] of order) label.style.top = top + "px";
  }

  function select(me, a, b) {
    me.sel = me.sel || make("div", "sel", me.area);
    me.sel.hidden = false;
    me.sel.style.left = Math.min(a, b) * 100 + "%";
    me.sel.style.width = Math.abs(a - b) * 100 + "%";
  }
  function zoomTo(me, a, b) {
    const span = me.to - me.from, lo = Math.max(0, Math.min(a, b)), hi = Math.min(1, Math.max(a, b));
    if (me.sel) me.sel.hidden = true;
    if ((hi - lo) * span * last(me) >= 3) zoom(me.group, me.from + lo * span, me.from + hi * span);
  }
  for (const me of charts) {
    const share = event => {
      const box = me.area.getBoundingClientRect();
      return (event.clientX - box.left) / box.width;
    };
    let start = null;
    me.area.addEventListener("pointerdown", event => {
      if (event.button === 0 && !event.target.closest("button")) { start = share(event); me.area.setPointerCapture(event.pointerId); }
    });
    me.area.addEventListener("pointermove", event => {
      point(me, near(me, share(event)), false);
      if (start !== null && Math.abs(share(event) - start) > 0.01) select(me, start, Math.min(1, Math.max(0, share(event))));
    });
    me.area.addEventListener("pointerup", event => {
      if (start !== null && Math.abs(share(event) - start) > 0.01) zoomTo(me, start, share(event));
      start = null;
    });
    me.area.addEventListener("pointercancel", () => { start = null; clearAll(); });
    me.area.addEventListener("pointerleave", () => { if (document.activeElement !== me.area) clearAll(); });
    me.area.addEventListener("dblclick", () => zoom(me.group, 0, 1));
    me.area.addEventListener("blur", () => { me.anchor = null; clearAll(); });
    me.area.addEventListener("keydown", event => {
      const lo = near(me, 0), hi = near(me, 1), now = me.at === null ? lo : me.at;
      const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -21, PageDown: 21, Home: -1e9, End: 1e9 }[event.key];
      if (move !== undefined) {
        event.preventDefault();
        if (event.shiftKey) me.anchor = me.anchor === null ? now : me.anchor; else me.anchor = null;
        point(me, Math.min(hi, Math.max(lo, now + move)), true);
        if (me.anchor !== null) select(me, pane(me, me.anchor), pane(me, me.at));
        else if (me.sel) me.sel.hidden = true;
      } else if (event.key === "Enter" && me.anchor !== null && event.target === me.area) {
        zoomTo(me, pane(me, me.anchor), pane(me, me.at));
        me.anchor = null;
      } else if (event.key === "Escape") {
        me.anchor = null;
        clearAll();
        zoom(me.group, 0, 1);
      }
    });
  }

  // A curve that stands back comes forward under the pointer, with its name everywhere; a click on a name keeps it.
  let kept = null, hot = null;
  const bring = arm => {
    if (arm === hot) return;
    document.querySelectorAll(".hot").forEach(node => node.classList.remove("hot"));
    hot = arm;
    if (arm !== null) document.querySelectorAll(`.quiet .a${arm}`).forEach(node => node.classList.add("hot"));
  };
  const armOf = node => { const found = /(?:^| )a(\d+)(?: |$)/.exec(node.getAttribute("class") || ""); return found && found[1]; };
  function nearest(me, event) {
    const box = me.area.getBoundingClientRect(), at = near(me, (event.clientX - box.left) / box.width), y = event.clientY - box.top;
    const [, top, , high] = me.svg.getAttribute("viewBox").split(" ").map(Number);
    let best = null, least = 24;
    me.paths.forEach((path, k) => {
      const value = shown(me, k) ? number(data(me)[at][k + 1]) : null;
      if (value === null) return;
      const place = ((me.hi - value) / (me.hi - me.lo) * STEPS - top) / high * box.height, far = Math.abs(place - y);
      if (far < least) { least = far; best = armOf(path); }
    });
    return best;
  }
  for (const me of charts.filter(me => me.figure.classList.contains("quiet"))) {
    me.area.addEventListener("pointermove", event => bring(nearest(me, event) ?? kept));
    me.area.addEventListener("pointerleave", () => bring(kept));
    for (const label of me.labels) {
      label.addEventListener("pointerenter", () => bring(armOf(label)));
      label.addEventListener("pointerleave", () => bring(kept));
      label.addEventListener("click", () => { const arm = armOf(label); kept = kept === arm ? null : arm; bring(kept); });
    }
  }
  for (const arm of arms) {
    const own = arm.id.slice(3), label = arm.closest("label");
    label.addEventListener("pointerenter", () => bring(own));
    label.addEventListener("pointerleave", () => bring(kept));
    arm.addEventListener("focus", () => bring(own));
    arm.addEventListener("blur", () => bring(kept));
  }

  // A term says what it means where it stands; without a script its link leads to the glossary.
  const meaning = make("div", "meaning", document.body);
  meaning.id = "meaning"; meaning.setAttribute("role", "tooltip"); meaning.hidden = true;
  let told = null;
  const tell = term => {
    if (told) told.removeAttribute("aria-describedby");
    told = term;
    meaning.hidden = !term;
    if (!term) return;
    const found = document.getElementById(term.getAttribute("href").slice(1));
    if (!found) { meaning.hidden = true; return; }
    meaning.textContent = found.querySelector("dd").textContent;
    term.setAttribute("aria-describedby", "meaning");
    const box = term.getBoundingClientRect(), wide = document.documentElement.clientWidth;
    meaning.style.left = Math.max(8, Math.min(box.left, wide - meaning.offsetWidth - 8)) + scrollX + "px";
    const below = box.bottom + meaning.offsetHeight + 8 < innerHeight || box.top < meaning.offsetHeight + 8;
    meaning.style.top = (below ? box.bottom + 6 : box.top - meaning.offsetHeight - 6) + scrollY + "px";
  };
  for (const term of document.querySelectorAll("a.term")) {
    term.addEventListener("pointerenter", event => { if (event.pointerType === "mouse") tell(term); });
    term.addEventListener("pointerleave", event => { if (event.pointerType === "mouse") tell(null); });
    term.addEventListener("focus", () => tell(term));
    term.addEventListener("blur", () => tell(null));
    term.addEventListener("click", event => { event.preventDefault(); tell(term); });
  }
  document.addEventListener("keydown", event => { if (event.key === "Escape") tell(null); });

  // A link into the appendix opens the section it leads to.
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let node = target || null; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    if (target && target.closest(".app")) target.closest(".app").scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();

  // A table with a filter keeps the rows that have every word.
  for (const box of document.querySelectorAll(".filtered")) {
    const label = make("label", "", box), rows = [...box.querySelectorAll("tbody tr")], texts = [];
    label.append("Filter ");
    const field = make("input", "", label), count = make("span", "", label);
    field.type = "search"; field.placeholder = "2022-06, put, stop loss …";
    count.setAttribute("role", "status");
    box.prepend(label);
    field.addEventListener("input", () => {
      if (!texts.length) for (const row of rows) texts.push(row.textContent.toLowerCase());
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      rows.forEach((row, at) => { row.hidden = !words.every(word => texts[at].includes(word)); if (!row.hidden) left++; });
      count.textContent = `${left} of ${rows.length}`;
    });
  }

  // Paper: the page as it stands, or with the notebook.
  const bar = document.querySelector(".bar"), apps = [...document.querySelectorAll(".app")];
  if (bar && apps.length) {
    const box = make("div", "print", bar);
    bar.insertBefore(box, bar.querySelector(".theme"));
    const button = (text, kind) => {
      const made = make("button", "", box);
      made.type = "button"; made.textContent = text;
      made.addEventListener("click", () => {
        const before = apps.map(app => app.open);
        apps.forEach(app => { app.open = kind === "all"; });
        document.documentElement.dataset.print = kind;
        window.print();
        apps.forEach((app, at) => { app.open = before[at]; });
        delete document.documentElement.dataset.print;
      });
    };
    button("Print summary", "summary");
    button("Print page", "page");
    button("Print all", "all");
  }

  // Heat maps: choose the two parameters and what is done with the others; without this all maps are there to open.
  for (const box of document.querySelectorAll(".heats")) {
    const maps = [...box.querySelectorAll("figure.heat")];
    const others = box.querySelector("details.others");
    if (!others || maps.length < 2) continue;
    const unique = list => [...new Set(list)];
    const names = unique(maps.flatMap(map => [map.dataset.y, map.dataset.x]));
    const picks = make("div", "picks", box);
    box.insertBefore(picks, maps[0]);
    const choice = (label, values, value) => {
      const outer = make("label", "", picks);
      outer.append(label + " ");
      const list = make("select", "", outer);
      for (const text of values) {
        const option = make("option", "", list);
        option.value = option.textContent = text;
      }
      list.value = value;
      list.addEventListener("change", () => show(list));
      return list;
    };
    const down = choice("Down", names, maps[0].dataset.y), across = choice("Across", names, maps[0].dataset.x);
    const rest = choice("Rest", unique(maps.map(map => map.dataset.rest)), maps[0].dataset.rest);
    for (const map of maps) box.append(map);
    others.remove();
    const show = changed => {
      if (down.value === across.value) {
        const other = changed === down ? across : down;
        other.value = names.find(name => name !== changed.value);
      }
      const pair = [down.value, across.value];
      const wanted = map => pair.includes(map.dataset.x) && pair.includes(map.dataset.y) && map.dataset.rest === rest.value;
      const found = maps.find(wanted);
      for (const map of maps) map.hidden = map !== found;
      if (found) live.textContent = found.querySelector("figcaption").textContent;
    };
    show(down);
  }
})();
