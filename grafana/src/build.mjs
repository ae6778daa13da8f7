// build.mjs FOLDER: writes every dashboard in both editions to FOLDER/en and FOLDER/ja.
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {delivery} from './dashboards/delivery.mjs';
import {exporter} from './dashboards/exporter.mjs';
import {frontDoor} from './dashboards/front_door.mjs';
import {mailboxes} from './dashboards/mailboxes.mjs';
import {mails} from './dashboards/mails.mjs';
import {overview} from './dashboards/overview.mjs';
import {windows} from './dashboards/windows.mjs';
import {build} from './lib/dashboard.mjs';
import {LANGUAGES} from './lib/text.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node build.mjs FOLDER');

for (const language of LANGUAGES) {
  mkdirSync(join(folder, language), {recursive: true});
  for (const description of [overview, mails, delivery, frontDoor, mailboxes, windows, exporter]) {
    const text = JSON.stringify(build(description, language), null, 1);
    writeFileSync(join(folder, language, `${description.uid}.json`), `${text}\n`);
  }
}
