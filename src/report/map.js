"use strict";
(function () {
  var svg = document.querySelector("svg.live");
  if (!svg) return;
  var view = svg.querySelector("svg.view"), figure = svg.closest("figure");
  var controls = figure.querySelector(".controls"), about = figure.querySelector(".about");
  var w = view.viewBox.baseVal.width, h = view.viewBox.baseVal.height;
  var at = { x: 0, y: 0, k: 1 }, most = 16;
  var pins = Array.from(view.querySelectorAll(".pin")).map(function (g) {
    var label = g.querySelector("[data-layer=more]"), text = g.querySelector("text:last-of-type");
    return { g: g, x: +g.dataset.x, y: +g.dataset.y, more: label, shown: true,
             words: ((g.getAttribute("aria-label") || "") + " " + (g.dataset.detail || "")).toLowerCase() };
  });
  pins.forEach(function (p) {
    var box = null;
    if (p.more) p.more.removeAttribute("display");
    try { box = p.g.getBBox(); } catch (e) { box = null; }
    if (p.more) p.more.setAttribute("display", "none");
    p.box = box;
  });
  function limit() {
    at.k = Math.min(most, Math.max(1, at.k));
    at.x = Math.min(w - w / at.k, Math.max(0, at.x));
    at.y = Math.min(h - h / at.k, Math.max(0, at.y));
  }
  function isOn(p) {
    return p.shown && p.g.parentNode.getAttribute("display") !== "none";
  }
  /* The further in, the more names have room. */
  function names() {
    var taken = [];
    function free(b, own) {
      return taken.every(function (t) { return t.own === own && own || b.x1 < t.x0 || b.x0 > t.x1 || b.y1 < t.y0 || b.y0 > t.y1; });
    }
    function boxOf(p) {
      var x = (p.x - at.x) * at.k, y = (p.y - at.y) * at.k, b = p.box;
      return { x0: x + b.x, y0: y + b.y, x1: x + b.x + b.width, y1: y + b.y + b.height };
    }
    pins.forEach(function (p) {
      var x = (p.x - at.x) * at.k, y = (p.y - at.y) * at.k;
      if (!isOn(p)) return;
      if (!p.more && p.box) taken.push(boxOf(p));
      else if (p.g.dataset.detail) taken.push({ x0: x - 6, y0: y - 6, x1: x + 6, y1: y + 6, own: p });
    });
    pins.slice().reverse().forEach(function (p) {
      if (!p.more || !p.box) return;
      var b = boxOf(p), ok = at.k > 1 && isOn(p) && b.x0 >= 0 && b.y0 >= 0 && b.x1 <= w && b.y1 <= h && free(b, p);
      if (ok) taken.push(b);
      if (ok) p.more.removeAttribute("display"); else p.more.setAttribute("display", "none");
    });
  }
  function scaleBar() {
    var bar = svg.querySelector("[data-layer=scale]");
    if (!bar || !view.dataset.metres) return;
    var perPx = +view.dataset.metres / at.k, room = w / 4 * perPx, p = Math.pow(10, Math.floor(Math.log10(room)));
    var m = room >= 5 * p ? 5 * p : room >= 2 * p ? 2 * p : p, px = m / perPx;
    bar.querySelectorAll("path")[1].setAttribute("d", "M14 " + (h - 17) + "v5h" + px.toFixed(1) + "v-5");
    bar.querySelectorAll("path")[0].setAttribute("d", "M8 " + (h - 33) + "h" + (Math.max(px, 50) + 12).toFixed(1) + "v28H8z");
    bar.querySelector("text").textContent = m >= 1000 ? m / 1000 + " km" : m + " m";
  }
  function draw() {
    limit();
    view.setAttribute("viewBox", at.x + " " + at.y + " " + w / at.k + " " + h / at.k);
    pins.forEach(function (p) {
      p.g.setAttribute("transform", "translate(" + p.x + " " + p.y + ") scale(" + 1 / at.k + ")");
      p.g.setAttribute("display", p.shown ? "inline" : "none");
    });
    view.style.touchAction = at.k > 1 ? "none" : "pan-y";
    names();
    scaleBar();
  }
  function zoom(factor, x, y) {
    var k = Math.min(most, Math.max(1, at.k * factor));
    at.x += x / at.k - x / k;
    at.y += y / at.k - y / k;
    at.k = k;
    draw();
  }
  function place(event) {
    var r = view.getBoundingClientRect(), s = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    var left = svg.getBoundingClientRect().left + view.x.baseVal.value * s, top = svg.getBoundingClientRect().top + view.y.baseVal.value * s;
    return { x: (event.clientX - (r.width ? left : 0)) / s, y: (event.clientY - top) / s };
  }
  function tell(pin) {
    pins.forEach(function (p) { p.g.classList.toggle("on", p.g === pin); });
    var title = about.querySelector("strong"), text = about.querySelector("span");
    title.textContent = pin.getAttribute("aria-label") + ". ";
    text.textContent = pin.dataset.detail;
  }
  var fingers = {}, moved = 0, gap = 0;
  function count() { return Object.keys(fingers).length; }
  function spread() {
    var f = Object.values(fingers);
    return Math.hypot(f[0].x - f[1].x, f[0].y - f[1].y);
  }
  view.addEventListener("pointerdown", function (event) {
    fingers[event.pointerId] = place(event);
    moved = 0;
    if (count() === 2) gap = spread();
  });
  window.addEventListener("pointermove", function (event) {
    var before = fingers[event.pointerId];
    if (!before) return;
    var now = place(event);
    moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    fingers[event.pointerId] = now;
    if (count() === 1 && at.k > 1) {
      at.x -= (now.x - before.x) / at.k;
      at.y -= (now.y - before.y) / at.k;
      draw();
    } else if (count() === 2) {
      var next = spread();
      if (gap > 0) zoom(next / gap, now.x, now.y);
      gap = next;
    }
  });
  function lift(event) { delete fingers[event.pointerId]; }
  window.addEventListener("pointerup", lift);
  window.addEventListener("pointercancel", lift);
  view.addEventListener("click", function (event) {
    var pin = event.target.closest(".pin[role=button]");
    if (pin && moved < 6) tell(pin);
  });
  view.addEventListener("dblclick", function (event) {
    var p = place(event);
    zoom(2, p.x, p.y);
  });
  /* The wheel scrolls the page until the map is chosen, or with Ctrl as in other maps. */
  view.addEventListener("wheel", function (event) {
    if (!event.ctrlKey && !view.contains(document.activeElement)) return;
    event.preventDefault();
    var p = place(event);
    zoom(event.deltaY < 0 ? 1.25 : 0.8, p.x, p.y);
  }, { passive: false });
  view.addEventListener("keydown", function (event) {
    var pin = event.target.closest(".pin[role=button]"), step = 60 / at.k;
    var moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (pin && (event.key === "Enter" || event.key === " ")) tell(pin);
    else if (moves[event.key]) { at.x += moves[event.key][0]; at.y += moves[event.key][1]; draw(); }
    else if (event.key === "+" || event.key === "=") zoom(1.5, w / 2, h / 2);
    else if (event.key === "-") zoom(1 / 1.5, w / 2, h / 2);
    else if (event.key === "0") { at = { x: 0, y: 0, k: 1 }; draw(); }
    else return;
    event.preventDefault();
  });
  controls.addEventListener("click", function (event) {
    var what = event.target.dataset.do;
    if (what === "in") zoom(1.6, w / 2, h / 2);
    if (what === "out") zoom(1 / 1.6, w / 2, h / 2);
    if (what === "all") { at = { x: 0, y: 0, k: 1 }; draw(); }
  });
  controls.addEventListener("change", function (event) {
    var names = (event.target.dataset.shows || "").split(" "), on = event.target.checked;
    if (event.target.type === "radio") {
      controls.querySelectorAll("input[type=radio]").forEach(function (r) { show(r.dataset.shows, r.checked); });
    } else if (names[0]) {
      names.forEach(function (name) { show(name, on); });
    }
    draw();
  });
  function show(name, on) {
    view.querySelectorAll('[data-layer="' + name + '"]').forEach(function (layer) {
      layer.setAttribute("display", on ? "inline" : "none");
    });
  }
  controls.querySelector("input[type=search]").addEventListener("input", function (event) {
    var words = event.target.value.trim().toLowerCase(), n = 0;
    pins.forEach(function (p) {
      if (!p.g.dataset.detail) return;
      p.shown = !words || p.words.indexOf(words) >= 0;
      n += p.shown;
    });
    controls.querySelector("output").textContent = words ? n + (n === 1 ? " site" : " sites") : "all";
    draw();
  });
  view.setAttribute("tabindex", "0");
  view.setAttribute("role", "group");
  view.setAttribute("aria-label", "Map. Arrow keys move it, plus and minus zoom, 0 shows all, Tab goes from site to site.");
  controls.hidden = false;
  about.hidden = false;
  draw();
})();
