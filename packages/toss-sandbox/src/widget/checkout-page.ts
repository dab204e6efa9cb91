import { confirmCodes } from '../codes/code-tables';
import { type Payment, type PaymentMethod } from '../state/payment/payment';

const methodLabels: Readonly<Record<PaymentMethod, string>> = {
  CARD: '신용·체크카드',
  EASY_PAY: '토스페이 (간편결제)',
  VIRTUAL_ACCOUNT: '가상계좌',
  TRANSFER: '계좌이체',
  MOBILE_PHONE: '휴대폰',
};

/** The hosted page of an open window: the buyer chooses how to pay and how it will end. */
export function checkoutPage(payment: Payment, preferred: string | null): string {
  const methods = Object.entries(methodLabels).map(
    ([method, label]) =>
      `<label><input type="radio" name="method" value="${method}"${method === (preferred ?? 'CARD') ? ' checked' : ''}> ${label}</label>`,
  );
  const codes = confirmCodes.map(({ code, korean }) => `<option value="${code}">${code}: ${escaped(korean)}</option>`);
  return page(
    'Toss sandbox',
    `<h1>${escaped(payment.orderName)}</h1>
<p class="amount">${payment.totalAmount.toLocaleString('ko-KR')} ${escaped(payment.currency)}</p>
<p class="order">${escaped(payment.orderId)}</p>
<form method="post">
<fieldset><legend>결제수단</legend>${methods.join('')}</fieldset>
<fieldset><legend>What the confirm will answer</legend>
<label><select name="declineCode" id="decline-code" aria-label="What the confirm will answer"><option value="">approve</option>${codes.join('')}</select></label></fieldset>
<button id="pay" name="action" value="pay">결제하기</button>
<button id="abort" name="action" value="abort">결제 실패 (failUrl)</button>
<button id="close" name="action" value="close">창 닫기</button>
</form>
<p class="note">This is a sandbox. No money moves here.</p>`,
  );
}

/** For a window that is no longer open. */
export const closedPage = (why: string) => page('Toss sandbox', `<h1>결제할 수 없습니다</h1><p>${escaped(why)}</p>`);

/** Promise mode: tells the shop's page, in whose frame this one is, how it ended. */
export function reportPage(result: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ tossSandbox: result }).replaceAll('<', '\\u003c');
  return page('Toss sandbox', `<script>(window.opener ?? window.parent).postMessage(${text}, '*');</script>`);
}

const page = (title: string, body: string) => `<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 0 auto; padding: 1.5rem 1rem; background: #fff; color: #191f28; overflow-wrap: anywhere }
h1 { font-size: 1.4rem } .amount { font-size: 1.6rem; font-weight: 700; margin: 0 } .order, .note { color: #6b7684; font-size: .85rem }
fieldset { min-width: 0; border: 1px solid #e5e8eb; border-radius: 8px; margin: 1rem 0 } label { display: block; padding: .5rem 0 }
select { width: 100%; font: inherit; padding: .4rem } button { display: block; width: 100%; font: inherit; padding: .8rem; margin: .5rem 0; border: 0; border-radius: 8px; background: #f2f4f6 }
#pay { background: #1b64da; color: #fff; font-weight: 700 } :focus-visible { outline: 3px solid #1b64da; outline-offset: 2px }
</style></head><body>${body}</body></html>`;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
