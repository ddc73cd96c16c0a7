// The page that decides: what the first screen holds, terms that explain themselves, files to take away, paper.
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { close, csv, folder, manyPage, report, sweepPage, violations, visit } from "./support.mjs";

after(close);

test("the first screen has the verdict, the set-up and the picture that decides, whole", async () => {
  for (const width of [1400, 1440, 1920]) {
    await visit(report, { viewport: { width, height: 900 } }, async page => {
      const seen = await page.evaluate(() => {
        const whole = node => { const box = node.getBoundingClientRect(); return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight; };
        return {
          verdict: document.querySelector(".verdict").innerText, verdictSeen: whole(document.querySelector(".verdict")),
          pictures: [...document.querySelectorAll("#answer .plot")].map(whole), events: document.querySelectorAll("#answer .ev").length,
          card: document.querySelector("#answer .facts").innerText, cardSeen: whole(document.querySelector("#answer .facts"))
        };
      });
      assert.match(seen.verdict, /^Does the hedge pay\? (Yes|No|Not shown|It cannot be told)\./);
      assert.ok(seen.verdictSeen);
      assert.ok(seen.pictures.length >= 4 && seen.pictures.every(Boolean), `pictures in full: ${seen.pictures}`);
      assert.ok(seen.events >= 2, "two days are named");
      assert.ok(seen.cardSeen, "the card is whole");
      for (const words of ["delta", "settlement", "Windows", "Costs", "Option prices"]) assert.ok(seen.card.includes(words), words);
    });
  }
});

test("on a phone the verdict, the set-up and the picture come in this order, and nothing is over anything", async () => {
  await visit(report, { viewport: { width: 390, height: 844 } }, async page => {
    const tops = await page.evaluate(() => [".verdict", "#answer .facts", "#answer .plot"].map(at => document.querySelector(at).getBoundingClientRect().top));
    assert.ok(tops[0] < 500 && tops[0] < tops[1] && tops[1] < tops[2], `${tops}`);
    const over = await page.evaluate(() => [...document.querySelectorAll(".ranges tbody tr")].filter(row => row.getClientRects().length).flatMap(row => {
      const box = node => { const range = document.createRange(); range.selectNodeContents(node); return range.getBoundingClientRect(); };
      const [name, value] = [row.cells[0], row.cells[1]].map(box);
      const touch = Math.min(name.right, value.right) - Math.max(name.left, value.left) > 1 && Math.min(name.bottom, value.bottom) - Math.max(name.top, value.top) > 1;
      return touch ? [row.innerText] : [];
    }));
    assert.deepEqual(over, []);
  });
});

test("the first screen of a sweep has its verdict and a map", async () => {
  await visit(sweepPage, { viewport: { width: 1400, height: 900 } }, async page => {
    assert.match(await page.locator(".verdict").innerText(), /^Does any cell pay\? (Yes|No|Some do|It cannot be told)\./);
    const bottom = await page.evaluate(() => document.querySelector("#answer .hm").getBoundingClientRect().bottom);
    assert.ok(bottom <= 900, `the first map ends at ${bottom}`);
  });
});

test("no name is cut and no table of the main part scrolls at 1400", async () => {
  await visit(report, { viewport: { width: 1400, height: 900 } }, async page => {
    const cut = await page.evaluate(() => [...document.querySelectorAll("main>section .ends .l:not(.off)")].filter(label => label.getClientRects().length)
      .filter(label => label.textContent.includes("…") || label.scrollWidth > label.clientWidth + 1).map(label => label.textContent));
    assert.deepEqual(cut, []);
    const wide = await page.evaluate(() => [...document.querySelectorAll("main>section .scroll")].filter(box => box.getClientRects().length && !box.closest("details:not([open])") && box.scrollWidth > box.clientWidth + 1)
      .map(box => `${box.getAttribute("aria-label")}: ${box.scrollWidth} in ${box.clientWidth}`));
    assert.deepEqual(wide, []);
  });
});

test("the verdict's numbers are those of summary.csv", async () => {
  await visit(report, {}, async page => {
    const said = await page.locator(".verdict").innerText(), rows = csv("summary.csv");
    const base = rows.find(row => row.arm === "unhedged"), lead = rows.filter(row => row.arm !== "unhedged" && row.window === base.window)[0];
    const cost = Math.abs(Number(base.pnl_usd) - Number(lead.pnl_usd));
    const short = cost >= 999_500 ? `$${(cost / 1e6).toFixed(2)}M` : `$${Math.round(cost / 1000)}k`;
    assert.ok(said.includes(short), `${short} in ${said}`);
    const fall = Math.abs(Number(lead.drawdown_reduction)) * 100;
    assert.ok(said.includes(`${fall >= 1 ? Math.round(fall) : fall.toFixed(1)}\u00a0%`), `${fall} in ${said}`);
  });
});

test("a page of few screens, the notebook folded, the first equity curve early", async t => {
  for (const [file, most, main] of [[report, 9.5, 8.5], [manyPage, 16, 15], [sweepPage, 8, 7]]) {
    await visit(file, { viewport: { width: 1400, height: 900 } }, async page => {
      const screens = await page.evaluate(() => document.documentElement.scrollHeight / 900);
      const open = await page.evaluate(() => (document.querySelector("#appendix").getBoundingClientRect().top + scrollY) / 900);
      t.diagnostic(`${path.basename(file)}: ${screens.toFixed(1)} screens, ${open.toFixed(1)} before the appendix`);
      assert.ok(open <= main, `${open} screens before the appendix`);
      if (file === sweepPage) return;
      const equity = await page.evaluate(() => (document.querySelector("#curves figure").getBoundingClientRect().top + scrollY) / 900);
      t.diagnostic(`${path.basename(file)}: the first equity curve on screen ${equity.toFixed(1)}`);
      assert.ok(screens <= most, `${screens} screens`);
      assert.ok(equity <= 6, `the first equity curve is on screen ${equity}`);
    });
  }
});

test("a link of the contents opens the section of the notebook it leads to", async () => {
  await visit(report, {}, async page => {
    assert.equal(await page.locator("#comparison table").first().isVisible(), false);
    await page.locator("nav a[href='#comparison']").click();
    await page.locator("#comparison table").first().waitFor({ state: "visible" });
    const lines = await page.evaluate(() => [...document.querySelectorAll(".app>summary")].map(line => [line.querySelector("b").innerText, line.querySelector("span").innerText]));
    assert.ok(lines.length >= 14 && lines.every(([name, what]) => name && what.length > 15), "each has a name and a line");
  });
});

test("a term explains itself to the keyboard, the pointer and a tap", async () => {
  await visit(report, { hasTouch: true }, async page => {
    const term = page.locator("#answer a.term, #sure a.term").first(), told = page.locator(".meaning");
    assert.ok(!await told.isVisible());
    await term.focus();
    assert.ok(await told.isVisible());
    assert.ok((await told.innerText()).length > 30);
    assert.equal(await term.getAttribute("aria-describedby"), "meaning");
    await page.keyboard.press("Escape");
    assert.ok(!await told.isVisible());
    await term.hover();
    assert.ok(await told.isVisible());
    await page.mouse.move(2, 2);
    await term.evaluate(node => node.blur());
    assert.ok(!await told.isVisible());
    const before = await page.evaluate(() => scrollY);
    await term.tap();
    assert.ok(await told.isVisible());
    assert.ok(Math.abs(await page.evaluate(() => scrollY) - before) < 400, "the page stays where it is");
    const lost = await page.evaluate(() => [...document.querySelectorAll("a.term")].filter(term => !document.getElementById(term.getAttribute("href").slice(1))).map(term => term.textContent));
    assert.deepEqual(lost, [], "every term has its meaning on the page");
  });
});

test("every file of the folder can be taken away", async () => {
  await visit(report, {}, async page => {
    const links = await page.evaluate(() => [...document.querySelectorAll(".files a")].map(link => link.getAttribute("href")));
    assert.ok(links.includes("summary.csv") && links.includes("trades.parquet") && links.length >= 20, `${links}`);
    for (const link of links) assert.ok(/^[\w.-]+$/.test(link) && existsSync(path.join(folder, link)), link);
  });
});

test("the trade list filters, and is whole without a script", async () => {
  await visit(report, {}, async page => {
    await page.evaluate(() => { location.hash = "#list"; });
    const rows = page.locator("#list tbody tr"), field = page.locator("#list input[type=search]");
    await field.waitFor({ state: "visible" });
    const all = await rows.count();
    assert.ok(all > 100);
    const day = await rows.first().locator("th").innerText();
    await field.fill(day);
    const left = await page.locator("#list tbody tr:visible").count();
    assert.ok(left > 0 && left < all);
    for (const text of await page.locator("#list tbody tr:visible").allInnerTexts()) assert.ok(text.includes(day));
  });
  await visit(report, { javaScriptEnabled: false }, async page => {
    assert.ok(await page.locator("#list tbody tr").count() > 100);
  });
});

test("each of the worst days says what was done and how to hear more", async () => {
  await visit(report, {}, async page => {
    const text = await page.evaluate(() => document.querySelector("#worst").textContent);
    const days = await page.evaluate(() => [...document.querySelectorAll("#worst table.g tbody th")].map(cell => cell.textContent.trim()).filter(day => /^\d{4}-/.test(day)));
    assert.ok(days.length >= 5);
    for (const day of days) assert.ok(text.includes(`alvh explain FOLDER --arm`) && text.includes(`--date ${day}`), day);
  });
});

test("curves that stand back come forward when touched", async () => {
  await visit(report, { viewport: { width: 1440, height: 900 } }, async page => {
    const label = page.locator("#curves .ends .l.other:not(.off)").first();
    await label.scrollIntoViewIfNeeded();
    const arm = /a(\d+)/.exec((await label.getAttribute("class")).replace(/s\d+/, ""))[1];
    const line = page.locator(`#curves path.line.a${arm}`).first();
    const color = () => line.evaluate(node => getComputedStyle(node).stroke);
    const grey = await color();
    await label.hover();
    assert.notEqual(await color(), grey);
    await page.mouse.move(2, 2);
    assert.equal(await color(), grey);
    await page.locator(`#arm${arm}`).focus();
    assert.notEqual(await color(), grey, "the keyboard does it too");
  });
});

test("paper: the summary on few pages, everything on at most forty", async t => {
  await visit(report, { viewport: { width: 688, height: 1000 } }, async page => {
    const pages = async () => ((await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) || []).length;
    const short = await pages();
    await page.evaluate(() => document.querySelectorAll(".app").forEach(app => { app.open = true; }));
    const long = await pages();
    await page.evaluate(() => { document.documentElement.dataset.print = "summary"; document.querySelectorAll(".app").forEach(app => { app.open = false; }); });
    const summary = await pages();
    t.diagnostic(`${summary} pages the summary, ${short} folded, ${long} with the notebook`);
    assert.ok(summary <= 4, `${summary} pages of summary`);
    assert.ok(short <= 10, `${short} pages`);
    assert.ok(long <= 40, `${long} pages`);
    assert.ok(statSync(report).size <= 3_000_000);
  });
});

test("axe finds nothing serious with the notebook open", async () => {
  await visit(manyPage, { viewport: { width: 1440, height: 900 } }, async page => {
    await page.evaluate(() => document.querySelectorAll(".app").forEach(app => { app.open = true; }));
    assert.deepEqual(await violations(page), []);
  });
});
