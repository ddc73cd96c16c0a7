// The report of a study: it opens without a word, its frontier is seen, and it fits a phone.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { after, test } from "node:test";
import { close, firstPaint, studyPage, violations, visit } from "./support.mjs";

after(close);

test("the study page is quiet and small, and no section of it is empty", async t => {
  await visit(studyPage, {}, async (page, { requests, noise }) => {
    assert.equal(requests.length, 1);
    assert.deepEqual(noise, []);
    const { size } = statSync(studyPage);
    assert.ok(size <= 3_000_000, `${size} bytes`);
    t.diagnostic(`study.html: ${size} bytes, first contentful paint after ${await firstPaint(page)} ms`);
    const sections = await page.evaluate(() => [...document.querySelectorAll("section[id]")].map(section => [section.id, section.textContent.trim().length]));
    for (const id of ["answer", "frontier", "crashes"]) assert.ok(sections.some(section => section[0] === id), `no section ${id}`);
    for (const [id, length] of sections) assert.ok(length > 20, `section ${id} holds ${length} letters`);
  });
});

test("the frontier shows every hedge, the line of fewer condors and the random dates, at any width", async () => {
  for (const width of [1440, 390]) {
    await visit(studyPage, { viewport: { width, height: 900 } }, async page => {
      await page.locator("#frontier").scrollIntoViewIfNeeded();
      const figures = await page.evaluate(() => [...document.querySelectorAll("figure.cloud")].filter(f => f.getClientRects().length).map(figure => {
        const wide = path => path.getBoundingClientRect().width;
        const box = figure.querySelector("svg").getBoundingClientRect();
        return {
          line: wide(figure.querySelector("path.front")), dates: wide(figure.querySelector("path.dots")),
          hedges: [...figure.querySelectorAll("path.line:not(.trail)")].map(wide), width: box.width, height: box.height
        };
      }));
      assert.equal(figures.length, 2, "the picture that decides and the other one are seen");
      for (const figure of figures) {
        assert.ok(figure.width > 200 && figure.width <= width && figure.height > 150, JSON.stringify(figure));
        assert.ok(figure.line > 10 && figure.dates > 10, JSON.stringify(figure));
        assert.equal(figure.hedges.length, 11);
        assert.ok(figure.hedges.every(hedge => hedge > 3), `${figure.hedges}`);
      }
      const rows = await page.locator("#frontier table tbody tr").count();
      assert.ok(rows >= 11, `${rows} rows`);
    });
  }
});

test("the study page fits a phone and a wide screen, light and dark, prints, and passes axe", async () => {
  for (const [width, colorScheme] of [[380, "light"], [380, "dark"], [1600, "light"], [1600, "dark"]]) {
    await visit(studyPage, { viewport: { width, height: 900 }, colorScheme }, async page => {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} of ${width}`);
      assert.deepEqual(await violations(page), [], `${width} ${colorScheme}`);
    });
  }
  await visit(studyPage, {}, async page => {
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    assert.ok((pdf.match(/\/Type\s*\/Page\b(?!s)/g) || []).length >= 3);
  });
});
