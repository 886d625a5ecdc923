(function () {
  "use strict";
  document.querySelectorAll("table.filterable").forEach(function (table, number) {
    var rows = Array.from(table.tBodies[0].rows);
    var box = document.createElement("p");
    var label = document.createElement("label");
    var input = document.createElement("input");
    var count = document.createElement("output");
    box.className = "filter";
    input.type = "search";
    input.id = "filter-" + (number + 1);
    label.htmlFor = input.id;
    label.textContent = {{ say("Filter rows") | tojson }};
    count.setAttribute("for", input.id);
    input.addEventListener("input", function () {
      var wanted = input.value.toLocaleLowerCase();
      var shown = 0;
      rows.forEach(function (row) {
        row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      });
      count.textContent = wanted ? {{ shown_of_all | safe }} : "";
    });
    box.append(label, input, count);
    table.before(box);
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (fold) { fold.open = true; });
  });
}());
