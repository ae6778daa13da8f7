// Does with Chromium what a test asks for: one request a line on standard input, one answer a line on standard output, as
// JSON. A page's clock stands still until it is asked to go on.
import {createInterface} from 'node:readline';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const browser = await chromium.launch({
  executablePath: process.argv[2],
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update'],
});
let page;
let faults = [];

/** Lets a quarter of an hour pass in a minute: each answer of the exporter says that so many seconds have passed since the one before. */
async function hastenAnswers(seconds) {
  let first;
  let answers = 0;
  await page.route('**/api/v1/status', async (route) => {
    const response = await route.fetch();
    const status = await response.json();
    first ??= status.now_seconds;
    const ahead = first + seconds * answers++ - status.now_seconds;
    status.now_seconds += ahead;
    for (const source of status.sources) {
      if (source.last_read_seconds !== null) source.last_read_seconds += ahead;
      source.last_record_seconds = source.last_read_seconds;
      source.paths = source.paths.map((path) => path.replace(/^.*\//, '/var/log/'));
    }
    await route.fulfill({response, json: status});
  });
}

const requests = {
  /** Opens a page in a browser of its own, which keeps nothing of those before. */
  async open({url, locale = 'en-GB', scheme = 'light', width = 1280, height = 900, clock = true, answers_every: every = 0}) {
    await page?.context().close();
    faults = [];
    const context = await browser.newContext({locale, colorScheme: scheme, viewport: {width, height}, timezoneId: 'UTC', bypassCSP: false});
    page = await context.newPage();
    if (clock) await page.clock.install();
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(String(error)));
    // What a page was still loading when it was left is no fault of it; what is refused by a policy says so in the console too.
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      if (why !== 'net::ERR_ABORTED') faults.push(`${request.url()}: ${why}`);
    });
    page.on('request', (request) => new URL(request.url()).origin === new URL(url).origin || faults.push(`outside: ${request.url()}`));
    if (every) await hastenAnswers(every);
    await page.goto(url);
  },
  /** Goes on to another page of the same browser. */
  async go({url}) { await page.goto(url); },
  /** Lets the page's clock run. */
  async run({seconds}) { await page.clock.runFor(seconds * 1000); },
  /** The value of an expression in the page. */
  async evaluate({expression}) { return page.evaluate(expression); },
  async type({selector, text}) { await page.fill(selector, text); },
  async press({key}) { await page.keyboard.press(key); },
  async faults() { return faults; },
  async picture({path, full = true}) { await page.screenshot({path, fullPage: full}); },
  /** What axe finds, each as `rule: element`. From outside the page, whose policy lets in no script of others. */
  async axe() {
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setBypassCSP', {enabled: true});
    const {readFile} = await import('node:fs/promises');
    await session.send('Runtime.evaluate', {expression: await readFile(axe, 'utf8')});
    const found = await page.evaluate('axe.run()');
    return found.violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html}`));
  },
};

for await (const line of createInterface({input: process.stdin})) {
  const {request, ...options} = JSON.parse(line);
  try {
    const answer = await requests[request](options);
    console.log(JSON.stringify({answer: answer ?? null}));
  } catch (error) {
    console.log(JSON.stringify({error: String(error)}));
  }
}
await browser.close();
