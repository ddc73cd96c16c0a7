// The sweep report, and a report whose names are attacks.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { after, test } from "node:test";
import { close, firstPaint, hostilePage, sweepPage, violations, visit } from "./support.mjs";

after(close);

test("the sweep page is quiet, small, and no panel of it is empty", async t => {
  await visit(sweepPage, {}, async (page, { requests, noise }) => {
    assert.equal(requests.length, 1);
    assert.deepEqual(noise, []);
    assert.ok(statSync(sweepPage).size <= 3_000_000);
    const paint = await firstPaint(page);
    t.diagnostic(`sweep.html: ${statSync(sweepPage).size} bytes, first contentful paint after ${paint} ms`);
    const marks = await page.evaluate(() => ({
      dots: document.querySelectorAll("path.dots").length, fronts: document.querySelectorAll("path.front").length,
      columns: document.querySelectorAll("rect.col").length, ribbons: document.querySelectorAll(".rib path").length,
      fields: document.querySelectorAll(".hm td[class]").length, best: document.querySelectorAll(".hm td.best").length,
      empty: [...document.querySelectorAll("path.dots,path.front")].filter(path => path.getBBox().width <= 0).length
    }));
    for (const [name, count] of Object.entries(marks)) assert.ok(name === "empty" ? count === 0 : count > 0, `${name} ${count}`);
  });
});

test("the reader picks the axes of the heat map; without JavaScript every map can be opened", async () => {
  await visit(sweepPage, {}, async page => {
    const box = page.locator(".heats:has(.picks)").first();
    const shown = async () => {
      const all = await box.locator("figure.heat:visible").all();
      assert.equal(all.length, 1, "one map at a time");
      return [await all[0].getAttribute("data-y"), await all[0].getAttribute("data-x"), await all[0].getAttribute("data-rest")];
    };
    const first = await shown();
    const [down, across, rest] = await box.locator("select").all();
    const names = await down.locator("option").allTextContents();
    assert.ok(names.length >= 3);
    const other = names.find(name => !first.includes(name));
    await across.selectOption(other);
    assert.ok((await shown()).includes(other));
    await down.selectOption(other);
    const pair = (await shown()).slice(0, 2);
    assert.notEqual(pair[0], pair[1], "one parameter is never both");
    await rest.selectOption({ index: 1 });
    assert.match((await shown())[2], /chosen/);
  });
  await visit(sweepPage, { javaScriptEnabled: false }, async page => {
    const box = page.locator(".heats:has(details.others)").first();
    assert.equal(await box.locator("figure.heat:visible").count(), 1);
    await box.locator("details.others summary").first().click();
    assert.ok(await box.locator("figure.heat:visible").count() > 5);
  });
});

test("the sweep page fits, prints, and passes axe", async () => {
  for (const [width, colorScheme] of [[380, "light"], [1600, "light"], [1600, "dark"]]) {
    await visit(sweepPage, { viewport: { width, height: 900 }, colorScheme }, async page => {
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, `${width}`);
      assert.deepEqual(await violations(page), [], `${width} ${colorScheme}`);
    });
  }
  await visit(sweepPage, {}, async page => {
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    assert.ok((pdf.match(/\/Type\s*\/Page\b(?!s)/g) || []).length >= 3);
  });
});

test("names made of markup stay names", async () => {
  await visit(hostilePage, {}, async (page, { requests, noise }) => {
    await page.evaluate(() => document.querySelectorAll("details").forEach(details => { details.open = true; }));
    await page.mouse.move(600, 400);
    assert.equal(requests.length, 1, requests.join(" "));
    assert.deepEqual(noise, []);
    const alive = await page.evaluate(() => document.querySelectorAll("img,iframe,script:not(body>script:last-of-type),a[href^='http'],[onerror],[onload],[onmouseover]").length);
    assert.equal(alive, 0);
    assert.ok((await page.locator("body").innerText()).includes("<script>alert(1)</script>"), "the name is shown as it is");
  });
});
