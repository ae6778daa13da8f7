// The codes of PMailServer's MTA report.
import {t} from '../lib/text.mjs';

/** @type {[code: string, meaning: import('../lib/text.mjs').Text][]} */
export const CODES = [
  ['0', t('delivered', '配送できた')],
  ['-1', t('the receiver refused the connection', '接続を拒否された')],
  ['-2', t('HELO was refused', 'HELO を拒否された')],
  ['-3', t('the sender was refused', '送信者 (MAIL FROM) を拒否された')],
  ['-4', t('the recipient was refused', '宛先 (RCPT TO) を拒否された')],
  ['-5', t('DATA was refused', 'DATA を拒否された')],
  ['-6', t('the message was refused', 'メール本文を拒否された')],
  ['-7', t('the recipient was put off until the retries were over', '宛先が一時エラーのまま再送期限が切れた')],
  ['-8', t('the connection was lost', '接続が切れた')],
  ['-9', t('the sender was put off until the retries were over', '送信者が一時エラーのまま再送期限が切れた')],
  ['-10', t('DNS gave an error', 'DNS のエラー')],
  ['-11', t('the login at the relay failed', '中継サーバーへのログインに失敗した')],
  ['-12', t('the connection timed out', '接続がタイムアウトした')],
  ['-13', t('there is no such host', 'ホストが見つからない')],
  ['-14', t('internal error', '内部エラー')],
  ['-15', t('internal error', '内部エラー')],
  ['-16', t('transmission timed out', '転送がタイムアウトした')],
  ['-17', t('a filter refused the mail', 'フィルターが拒否した')],
];
