// No two visible labels of a picture touch: at eight arms and at thirty-three, with the twins, after unticking, on paper.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, manyPage, report, studyPage, sweepPage, visit } from "./support.mjs";

after(close);

/** Pairs of labels of one picture whose boxes intersect, in words. */
const touching = page => page.evaluate(() => {
  const found = [];
  const boxes = nodes => [...nodes].filter(node => node.getClientRects().length && node.textContent.trim()).map(node => [node.textContent.trim(), node.getBoundingClientRect()]);
  for (const figure of document.querySelectorAll("figure.lines,figure.multiples,.track,th.pic,figure.bars,figure.cloud,.rib")) {
    for (const kind of [".ends .l", ".ev b", ".xs span", ".ys span", ".marked", ".small p", ".axis span", ".vmark b", "span", "b"]) {
      if (["span", "b"].includes(kind) && !figure.classList.contains("rib")) continue;
      const all = boxes(figure.querySelectorAll(kind));
      for (let a = 0; a < all.length; a++) for (let b = a + 1; b < all.length; b++) {
        const [p, q] = [all[a][1], all[b][1]];
        const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left), high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (wide > 1 && high > 1) found.push(`${figure.querySelector("figcaption")?.textContent ?? kind}: ${all[a][0]} / ${all[b][0]} (${kind})`);
      }
    }
  }
  return found;
});
/** Labels that stand outside their own picture: over the one before or after. */
const outside = page => page.evaluate(() => [...document.querySelectorAll("figure.lines")].flatMap(figure => {
  const box = figure.getBoundingClientRect();
  return [...figure.querySelectorAll(".ends .l,.ev b")].filter(node => node.getClientRects().length)
    .filter(node => { const own = node.getBoundingClientRect(); return own.top < box.top - 2 || own.bottom > box.bottom + 2; })
    .map(node => `${figure.querySelector("figcaption").textContent}: ${node.textContent}`);
}));
const openAll = page => page.evaluate(() => document.querySelectorAll("details:not(.data)").forEach(details => { details.open = true; }));

for (const [name, file] of [["eight arms", report], ["thirty-three arms", manyPage], ["a study", studyPage]]) {
  for (const width of [1440, 1000, 390]) {
    test(`labels of ${name} keep apart at ${width}`, async () => {
      await visit(file, { viewport: { width, height: 900 } }, async page => {
        await openAll(page);
        assert.deepEqual(await touching(page), []);
        assert.deepEqual(await outside(page), []);
      });
    });
  }
  test(`labels of ${name} keep apart on paper`, async () => {
    await visit(file, { viewport: { width: 688, height: 1000 } }, async page => {
      await openAll(page);
      await page.emulateMedia({ media: "print" });
      assert.deepEqual(await touching(page), []);
      assert.deepEqual(await outside(page), []);
    });
  });
}

test("unticking an arm removes its line and its label, with and without JavaScript, and the others keep apart", async () => {
  for (const javaScriptEnabled of [true, false]) {
    await visit(report, { javaScriptEnabled, viewport: { width: 1440, height: 900 } }, async page => {
      const shown = async arm => (await Promise.all((await page.locator(`#curves .a${arm}`).all()).map(node => node.isVisible()))).filter(Boolean).length;
      const boxes = await page.locator(".switches input").all();
      const [first, second] = [1, 2];
      const names = await page.locator(`#curves .ends .l.a${first}:not(.off)`).count(), lines = await page.locator(`#curves path.line.a${first}`).count();
      assert.ok(names > 0 && lines > 0);
      assert.equal(await shown(first), names + lines, "every line and every name");
      await page.locator(`#arm${first}`).uncheck();
      await page.locator(`#arm${second}`).uncheck();
      assert.equal(await shown(first), 0);
      assert.equal(await shown(second), 0);
      assert.deepEqual(await touching(page), []);
      for (const box of boxes) if (!await box.isChecked()) await box.check();
      assert.ok(await shown(first) > 0, "back again, and the twins with it");
      assert.deepEqual(await touching(page), []);
      assert.deepEqual(await outside(page), []);
    });
  }
});

test("more than ten arms are never one tangle of lines", async () => {
  await visit(manyPage, {}, async page => {
    const most = await page.evaluate(() => Math.max(...[...document.querySelectorAll("figure.lines")].map(f => f.querySelectorAll("path.line:not(.twin)").length)));
    assert.ok(most <= 10, `${most} lines in one picture`);
    const small = await page.locator("#curves figure.multiples").first().locator(".small>div").count();
    assert.equal(small, 32, "a small picture per hedge");
  });
});

test("labels of the sweep keep apart", async () => {
  for (const width of [1440, 390]) {
    await visit(sweepPage, { viewport: { width, height: 900 } }, async page => {
      await openAll(page);
      assert.deepEqual(await touching(page), []);
    });
  }
});

test("the legend covers nothing", async () => {
  await visit(report, { viewport: { width: 1440, height: 900 } }, async page => {
    const fixed = await page.evaluate(() => [...document.querySelectorAll("main *")].filter(node => ["sticky", "fixed"].includes(getComputedStyle(node).position) && !node.closest(".scroll"))
      .map(node => node.className || node.tagName));
    assert.deepEqual(fixed, []);
  });
});
