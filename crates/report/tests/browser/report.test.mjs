// The replay report as a reader meets it.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { after, test } from "node:test";
import { close, csv, firstPaint, folder, label, number, report, violations, visit } from "./support.mjs";

after(close);
const EQUITY = "figure.lines:has(figcaption:text('Trading equity'))";

test("it asks for nothing, says nothing on the console, and is small and quick", async t => {
  await visit(report, {}, async (page, { requests, noise }) => {
    await page.evaluate(async () => {
      for (let y = 0; y < document.body.scrollHeight; y += 900) { scrollTo(0, y); await new Promise(requestAnimationFrame); }
    });
    assert.deepEqual(requests.map(url => url.slice(0, 5)), ["file:"]);
    assert.deepEqual(noise, []);
    const paint = await firstPaint(page);
    const size = statSync(report).size;
    assert.ok(size <= 3_000_000, `${size} bytes`);
    assert.ok(paint > 0, "something was painted");
    t.diagnostic(`report.html: ${size} bytes, first contentful paint after ${paint} ms`);
  });
});

test("every section of the contents is there and no panel is empty", async () => {
  await visit(report, {}, async page => {
    const empty = await page.evaluate(() => {
      const found = [];
      document.querySelectorAll("details").forEach(details => { details.open = true; });
      const links = [...document.querySelectorAll("nav a")];
      if (links.length < 19) found.push(`${links.length} sections`);
      for (const link of links) {
        const section = document.querySelector(link.getAttribute("href"));
        if (!section || section.innerText.trim().length < 80) found.push(link.textContent);
      }
      for (const figure of document.querySelectorAll("figure.lines")) {
        const named = figure.querySelector("figcaption").textContent;
        const lines = [...figure.querySelectorAll("path.line")];
        if (!lines.length) found.push(`${named}: no line`);
        lines.filter(line => !(line.getTotalLength() > 0)).forEach(() => found.push(`${named}: an empty line`));
        if (figure.querySelectorAll(".ys span").length < 2 || figure.querySelectorAll(".xs span").length < 1) found.push(`${named}: axes`);
      }
      for (const figure of document.querySelectorAll("figure.strips")) {
        if (![...figure.querySelectorAll(".strip>svg")].some(svg => svg.querySelector("path"))) found.push("an empty calendar");
      }
      for (const table of document.querySelectorAll("table.ranges")) {
        if (!table.querySelector(".dot")) found.push(`${table.caption.textContent}: no value`);
      }
      for (const table of document.querySelectorAll("table")) {
        if (!table.tBodies[0].rows.length) found.push(`${table.caption?.textContent}: no row`);
      }
      return found;
    });
    assert.deepEqual(empty, []);
  });
});

test("numbers on the page are those of the files", async () => {
  await visit(report, {}, async page => {
    const summary = csv("summary.csv");
    const windows = [...new Set(summary.map(row => row.window))];
    for (const window of windows) {
      const own = summary.filter(row => row.window === window);
      const rows = await page.evaluate(start => {
        document.querySelectorAll("details").forEach(details => { details.open = true; });
        const table = [...document.querySelectorAll("table")].find(t => t.caption?.textContent.startsWith(start));
        const heads = [...table.tHead.rows[0].cells].map(cell => cell.innerText.replace(/\s+/g, " ").trim());
        const text = cell => { const copy = cell.cloneNode(true); copy.querySelectorAll("small,i").forEach(node => node.remove()); return copy.textContent.trim(); };
        return [...table.tBodies[0].rows].map(row => Object.fromEntries([...row.cells].map((cell, at) => [heads[at], text(cell)])));
      }, `${window}: result net of costs`);
      assert.equal(rows.length, own.length);
      rows.forEach((row, at) => {
        assert.equal(row.Arm.replace(/ \(\d+ trades?\)$/, ""), label(own[at].arm));
        assert.equal(number(row["P&L $"]), Math.sign(own[at].pnl_usd) * Math.round(Math.abs(own[at].pnl_usd)), `${window} ${row.Arm}`);
        assert.equal(number(row["Max drawdown $"]), -Math.round(Math.abs(own[at].max_drawdown_usd)), `${window} ${row.Arm}`);
        if (own[at].drawdown_reduction) assert.ok(Math.abs(number(row["Drawdown reduction %"]) - own[at].drawdown_reduction * 100) <= 0.0501);
      });
      const shown = await page.evaluate(caption => {
        const figure = [...document.querySelectorAll("figure.lines")].find(f => f.querySelector("figcaption").textContent.startsWith(caption));
        const table = figure.querySelector("details.data table");
        return { weekly: figure.querySelector("figcaption").textContent.includes("each week"), names: [...table.tHead.rows[0].cells].slice(1).map(c => c.textContent),
          rows: [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent.trim())) };
      }, `${window}: Trading equity`);
      const equity = csv("equity.csv").filter(row => row.window === window);
      shown.names.forEach((arm, column) => {
        const curve = equity.filter(row => label(row.arm) === arm);
        assert.ok(curve.length === shown.rows.length || (shown.weekly && shown.rows.length >= curve.length / 5), `${window} ${arm}`);
        const value = new Map(curve.map(row => [row.date, Math.round(Number(row.trading_equity_usd))]));
        for (const row of shown.rows) assert.equal(number(row[column + 1]), value.get(row[0]), `${arm} ${row[0]}`);
      });
    }
    if (!await page.locator("#claims").count()) return;
    const claims = csv("claims.csv");
    const told = await page.evaluate(() => [...document.querySelectorAll("#claims table tbody tr")].map(row => [...row.cells].map(cell => cell.textContent.trim())));
    assert.equal(told.length, claims.length);
    told.forEach((row, at) => {
      assert.equal(row[0], claims[at].id);
      assert.equal(row[6], claims[at].verdict);
      if (row[6] !== "not measurable here") assert.ok(row[4] !== "–" && parseInt(row[5], 10) > 0, `${row[0]}: no verdict without n and interval`);
    });
  });
});

test("values appear under the pointer and are those of the table behind", async () => {
  await visit(report, {}, async page => {
    const figure = page.locator(EQUITY).first(), area = figure.locator(".area");
    await area.scrollIntoViewIfNeeded();
    const box = await area.boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    const tip = await figure.locator(".tip").innerText();
    const day = tip.split("\n")[0];
    assert.match(day, /^\d{4}-\d\d-\d\d$/);
    const row = await figure.evaluate((f, day) => {
      const rows = [...f.querySelector("details.data table").tBodies[0].rows];
      return [...rows.find(row => row.cells[0].textContent.trim() === day).cells].map(cell => cell.textContent.trim());
    }, day);
    assert.ok(tip.includes(row[1]) && tip.includes(row[2]), `${tip} against ${row}`);
    const crossed = await page.locator(".cur:not([hidden])").count();
    assert.ok(crossed > 3, `the crosshair stands in ${crossed} panels of the window`);
  });
});

test("a brush zooms every panel of its window and no other, and comes back", async () => {
  await visit(report, {}, async page => {
    const boxes = group => page.evaluate(g => [...document.querySelectorAll(`figure.lines[data-group="${g}"] .area>svg,figure.strips[data-group="${g}"] .strip>svg`)]
      .map(svg => svg.getAttribute("viewBox")), group);
    const before = await boxes(0), other = await boxes(1);
    const area = page.locator(EQUITY).first().locator(".area");
    await area.scrollIntoViewIfNeeded();
    const box = await area.boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 5 });
    await page.mouse.up();
    const zoomed = await boxes(0);
    zoomed.forEach((value, at) => assert.notEqual(value, before[at], `panel ${at} stayed`));
    assert.deepEqual(await boxes(1), other);
    await page.locator(EQUITY).first().getByRole("button", { name: "Whole window" }).click();
    const width = value => value.split(" ").filter((_, at) => at !== 1 && at !== 3).join(" ");
    assert.deepEqual((await boxes(0)).map(width), before.map(width));
  });
});

test("a switch hides an arm everywhere, with and without JavaScript", async () => {
  for (const javaScriptEnabled of [true, false]) {
    await visit(report, { javaScriptEnabled }, async page => {
      const lines = page.locator("#curves path.line.a1");
      assert.ok(await lines.count() > 0);
      const shown = async () => (await Promise.all((await lines.all()).map(line => line.isVisible()))).filter(Boolean).length;
      assert.ok(await shown() > 0);
      await page.locator("#arm1").uncheck();
      assert.equal(await shown(), 0);
      await page.locator("#arm1").check();
      assert.ok(await shown() > 0);
    });
  }
});

test("everything that counts is there without JavaScript", async () => {
  await visit(report, { javaScriptEnabled: false }, async (page, { noise }) => {
    assert.ok(await page.locator("table").count() > 30);
    assert.ok(await page.locator("path.line").count() > 40);
    assert.ok((await page.locator("#answer .verdict").first().innerText()).length > 60);
    assert.deepEqual(noise, []);
  });
});

test("the keyboard reads values, zooms and resets, and the skip link comes first", async () => {
  await visit(report, {}, async page => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    const area = page.locator(EQUITY).first().locator(".area");
    await area.focus();
    for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowRight");
    const spoken = await page.locator("[aria-live=polite]").textContent();
    assert.match(spoken, /^\d{4}-\d\d-\d\d, .* [\d,]+/);
    await page.keyboard.press("Home");
    for (let step = 0; step < 2; step++) await page.keyboard.press("Shift+PageDown");
    const svg = page.locator(EQUITY).first().locator(".area>svg"), whole = await svg.getAttribute("viewBox");
    await page.keyboard.press("Enter");
    assert.notEqual(await svg.getAttribute("viewBox"), whole);
    await page.keyboard.press("Escape");
    assert.equal(await svg.getAttribute("viewBox"), whole);
    const reached = await page.evaluate(() => {
      const able = [...document.querySelectorAll("a[href],button,input,select,summary,[tabindex='0']")];
      return able.filter(node => node.tabIndex < 0 && !node.hidden).length;
    });
    assert.equal(reached, 0, "nothing that acts is out of the keyboard's reach");
  });
});

test("no width from 380 to 2560 scrolls sideways", async () => {
  for (const width of [380, 768, 1280, 1600, 2560]) {
    await visit(report, { viewport: { width, height: 900 } }, async page => {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} at ${width}`);
      const outside = await page.evaluate(() => [...document.querySelectorAll("h1,h2,h3,p,figcaption,.facts div,.plot,.ends .l")]
        .filter(node => node.getClientRects().length && !node.closest(".vh,.skip"))
        .filter(node => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest(".scroll"))
        .map(node => node.textContent.slice(0, 40)));
      assert.deepEqual(outside, [], `cut at ${width}`);
    });
  }
});

test("light, dark and the switch between them", async () => {
  const ground = page => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  for (const [colorScheme, own, switched, id] of [["light", "rgb(255, 255, 255)", "rgb(20, 23, 27)", "dark"], ["dark", "rgb(20, 23, 27)", "rgb(255, 255, 255)", "light"]]) {
    await visit(report, { colorScheme }, async page => {
      assert.equal(await ground(page), own);
      await page.locator(`#theme-${id}`).check({ force: true });
      assert.equal(await ground(page), switched);
    });
  }
});

test("axe finds nothing serious at any size, light or dark", async () => {
  for (const [width, colorScheme] of [[380, "light"], [1600, "light"], [1600, "dark"]]) {
    await visit(report, { viewport: { width, height: 900 }, colorScheme }, async page => {
      assert.deepEqual(await violations(page), [], `${width} ${colorScheme}`);
    });
  }
});

test("paper: light, without controls, nothing cut, a sensible number of pages", async t => {
  await visit(report, { colorScheme: "dark", viewport: { width: 688, height: 1000 } }, async page => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    const state = await page.evaluate(() => ({
      controls: [...document.querySelectorAll("nav,.theme,.switches,.picks,.data")].filter(node => node.getClientRects().length).length,
      // 182 mm between the margins of A4 are 688 CSS pixels, 566 mm of the sheet for a column an arm 2139.
      cut: [...document.querySelectorAll("table")].filter(table => table.getClientRects().length)
        .map(table => [table.caption?.textContent, Math.round(table.getBoundingClientRect().right), table.closest(".sheet") ? 2139 : 689])
        .filter(([, right, paper]) => right > paper)
    }));
    assert.equal(state.controls, 0);
    assert.deepEqual(state.cut, []);
    const pdf = (await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1");
    const pages = (pdf.match(/\/Type\s*\/Page\b(?!s)/g) || []).length;
    assert.ok(pages >= 5 && pages <= 60, `${pages} pages`);
    t.diagnostic(`${pages} pages of A4 from ${folder.split("/").pop()}`);
  });
});
