import { type VirtualAccount } from '@koosco/payment-domain';
import { type TossPayment } from '../../client/answers/toss-payment';

/** Null where the answer names no account: without its number it is of no use to a buyer. */
export function virtualAccountOf({ virtualAccount }: TossPayment): VirtualAccount | null {
  const accountNumber = virtualAccount?.accountNumber || null;
  if (!virtualAccount || accountNumber === null) return null;
  const { bankCode, customerName, dueAt } = virtualAccount;
  return { bank: (bankCode && bankNames[bankCode]) || bankCode, accountNumber, holder: customerName, dueAt };
}

/** By Toss's codes of Korean banks. A code that is not here is shown as it is. */
const bankNames: Readonly<Record<string, string>> = {
  '02': 'KDB산업은행',
  '03': 'IBK기업은행',
  '06': 'KB국민은행',
  '07': 'Sh수협은행',
  '11': 'NH농협은행',
  '12': '단위농협',
  '20': '우리은행',
  '23': 'SC제일은행',
  '27': '씨티은행',
  '31': 'iM뱅크',
  '32': '부산은행',
  '34': '광주은행',
  '35': '제주은행',
  '37': '전북은행',
  '39': '경남은행',
  '45': '새마을금고',
  '48': '신협',
  '50': '저축은행중앙회',
  '54': 'HSBC',
  '64': '산림조합',
  '71': '우체국예금보험',
  '81': '하나은행',
  '88': '신한은행',
  '89': '케이뱅크',
  '90': '카카오뱅크',
  '92': '토스뱅크',
};
