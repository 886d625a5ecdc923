(function () {
  "use strict";
  var root = document.documentElement.dataset.root || "";

  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function hashValues() {
    var text = location.hash.slice(1);
    return text.includes("=") ? new URLSearchParams(text) : new URLSearchParams();
  }

  function element(name, text, className) {
    var node = document.createElement(name);
    if (text) { node.textContent = text; }
    if (className) { node.className = className; }
    return node;
  }

  // Copying an address.
  document.querySelectorAll("button[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent).then(
        function () {
          button.textContent = "Copied";
          setTimeout(function () { button.textContent = "Copy"; }, 2000);
        }
      );
    });
  });

  // Every search form leads to the page of the search.
  document.querySelectorAll("form.find, form.bigfind").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var words = form.elements.namedItem("q").value.trim();
      location.href = root + "search/index.html#q=" + encodeURIComponent(words);
    });
  });
  document.addEventListener("keydown", function (event) {
    var box = document.getElementById("q") || document.getElementById("find");
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && box && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    }
  });

  // -- the search ----------------------------------------------------------------------------

  var loaded = {};

  function load(file) {
    if (!loaded[file]) {
      loaded[file] = new Promise(function (done) {
        var script = document.createElement("script");
        script.src = root + "search/" + file;
        script.onload = function () {
          var found = null;
          (window.gcmSearch || []).forEach(function (item) {
            if (fileOf(item[0]) === file) { found = item[1]; }
          });
          done(found);
        };
        script.onerror = function () { done(null); };
        document.head.append(script);
      });
    }
    return loaded[file];
  }

  function fileOf(key) {
    if (key === "index") { return "index.js"; }
    var name = Array.from(key.slice(2), function (c) {
      return /[a-z0-9]/i.test(c) && c < "\x80" ? c : "_" + c.codePointAt(0).toString(16);
    }).join("");
    return "w-" + name + ".js";
  }

  function setUpSearch(form) {
    var box = form.elements.namedItem("q");
    var kinds = form.elements.namedItem("kind");
    var status = document.getElementById("found");
    var list = document.getElementById("results");
    var turn = 0;
    var shown = 50;

    function shardsFor(word, index) {
      return index.shards.filter(function (key) {
        return word.startsWith(key) || key.startsWith(word);
      }).slice(0, 12);
    }

    // All entries of the words that begin like one that was typed, and how many were left out.
    function candidates(word, index) {
      return Promise.all(shardsFor(word, index).map(function (key) {
        return load(fileOf("w-" + key));
      })).then(function (shards) {
        var found = new Map();
        var cut = 0;
        shards.forEach(function (shard) {
          if (!shard) { return; }
          Object.keys(shard.w).forEach(function (key) {
            if (!key.startsWith(word)) { return; }
            cut += shard.n[key] ? shard.n[key] - shard.w[key].length : 0;
            shard.w[key].forEach(function (number, place) {
              var entry = shard.e[number];
              var near = (key === word ? 0 : 1000) + place;
              if (!found.has(entry[3]) || found.get(entry[3]).near > near) {
                found.set(entry[3], { entry: entry, near: near });
              }
            });
          });
        });
        return { found: found, cut: cut, word: word };
      });
    }

    function search() {
      var mine = ++turn;
      var typed = box.value.trim();
      var all = fold(typed).match(/[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*/gu) || [];
      var values = new URLSearchParams();
      if (typed) { values.set("q", typed); }
      if (kinds.value) { values.set("kind", kinds.value); }
      history.replaceState(null, "", "#" + values);
      list.replaceChildren();
      if (!all.length) { status.textContent = ""; return; }
      status.textContent = "Searching…";
      load("index.js").then(function (index) {
        if (!index) { throw new Error("no index"); }
        var kind = kinds.value;
        var words = all;
        if (!kind && all.length > 1) {
          // “Objective 5”: a word that names a kind stands for it.
          index.kinds.forEach(function (name) {
            var folded = fold(name);
            if (!kind && all.some(function (w) { return w === folded || w === folded + "s"; })) {
              kind = name;
              words = all.filter(function (w) { return w !== folded && w !== folded + "s"; });
            }
          });
        }
        return Promise.all(words.map(function (w) { return candidates(w.slice(0, 40), index); }))
          .then(function (sets) { show(mine, sets, kind, words); });
      }).catch(function () {
        status.textContent = "The index of the search could not be read.";
      });
    }

    function show(mine, sets, kind, words) {
      if (mine !== turn || !sets.length) { return; }
      // The word whose entries are all there, or else the one with the fewest, is filtered.
      sets.sort(function (a, b) { return (a.cut > 0) - (b.cut > 0) || a.found.size - b.found.size; });
      var rows = Array.from(sets[0].found.values()).filter(function (row) {
        var text = " " + fold(row.entry[1] + " " + row.entry[0] + " " + row.entry[2]);
        return (!kind || row.entry[2] === kind) && words.every(function (word) {
          return text.split(/[^\p{L}\p{N}_.]+/u).some(function (w) { return w.startsWith(word); }) ||
            sets.every(function (set) { return set.word !== word || set.found.has(row.entry[3]); });
        });
      });
      rows.sort(function (a, b) { return a.near - b.near || (a.entry[3] < b.entry[3] ? -1 : 1); });
      var more = sets[0].cut;
      status.textContent = rows.length + (rows.length === 1 ? " result" : " results") +
        (kind && !kinds.value ? " of the kind " + kind : "") +
        (more ? "; there are more: add a word or a code" : "") +
        (rows.length > shown ? "; the first " + shown + " are shown" : "");
      rows.slice(0, shown).forEach(function (row) {
        var item = element("li");
        var link = element("a");
        link.href = root + row.entry[3];
        if (row.entry[1] && row.entry[1] !== row.entry[0]) {
          item.append(element("b", row.entry[1], "code"), " ");
        }
        link.append(element("bdi", row.entry[0]));
        item.append(link, " ", element("span", row.entry[2], "kind"));
        list.append(item);
      });
    }

    function read() {
      var values = hashValues();
      var typed = values.get("q") || new URLSearchParams(location.search).get("q") || "";
      box.value = typed;
      kinds.value = values.get("kind") || "";
      search();
    }

    var timer = 0;
    box.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(search, 150);
    });
    kinds.addEventListener("change", search);
    form.addEventListener("submit", function (event) { event.preventDefault(); search(); });
    window.addEventListener("hashchange", read);
    load("index.js").then(function (index) {
      (index ? index.kinds : []).forEach(function (name) { kinds.append(new Option(name, name)); });
      read();
    });
    box.focus();
  }

  // -- the explorer --------------------------------------------------------------------------

  function setUpExplorer(form) {
    var status = document.getElementById("shown");
    var names = ["q", "status", "objective", "goal"];
    var fields = {};
    names.forEach(function (name) { fields[name] = form.elements.namedItem(name); });
    var actions = Array.from(document.querySelectorAll(".action"), function (node) {
      return {
        node: node,
        text: fold(node.textContent),
        goals: node.dataset.goals.split(" "),
        objective: node.parentElement.id
      };
    });

    function apply() {
      var words = fold(fields.q.value).split(/\s+/).filter(Boolean);
      var count = 0;
      actions.forEach(function (a) {
        var show = words.every(function (w) { return a.text.includes(w); }) &&
          (!fields.status.value || a.node.dataset.status === fields.status.value) &&
          (!fields.objective.value || a.objective === fields.objective.value) &&
          (!fields.goal.value || a.goals.includes(fields.goal.value));
        a.node.hidden = !show;
        count += show ? 1 : 0;
      });
      document.querySelectorAll(".objective").forEach(function (section) {
        section.hidden = !section.querySelector(".action:not([hidden])");
      });
      status.textContent = count === actions.length ? count + " actions" :
        count + " of " + actions.length + " actions";
    }

    function write() {
      var values = new URLSearchParams();
      names.forEach(function (name) {
        if (fields[name].value) { values.set(name, fields[name].value); }
      });
      var text = values.toString();
      history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
      apply();
    }

    function read() {
      if (location.hash && !location.hash.includes("=")) {
        names.forEach(function (name) { fields[name].value = ""; });
        apply();
        var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
        if (target) { target.scrollIntoView(); }
        return;
      }
      var values = hashValues();
      names.forEach(function (name) { fields[name].value = values.get(name) || ""; });
      apply();
    }

    form.hidden = false;
    form.addEventListener("input", write);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(write); });
    window.addEventListener("hashchange", read);
    read();
  }

  var search = document.getElementById("searchform");
  var filters = document.getElementById("filters");
  if (search) { setUpSearch(search); }
  if (filters) { setUpExplorer(filters); }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (fold) { fold.open = true; });
  });
}());
