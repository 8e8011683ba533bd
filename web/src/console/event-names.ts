import type { Language } from './language.ts';

type Names = Readonly<Record<Language, string>>;
const names = (en: string, ru: string, kk: string): Names => ({ en, ru, kk });

/** What each event of docs/events.md is called in the timeline. */
export const EVENT_NAMES: Readonly<Record<string, Names>> = {
  'terminal.screen-changed': names('The screen changes', 'Экран сменился', 'Экран ауысты'),
  'terminal.payment-started': names('Amount entered', 'Введена сумма', 'Сома енгізілді'),
  'terminal.card-presented': names('Card presented', 'Карта предъявлена', 'Карта ұсынылды'),
  'terminal.card-wanted-again': names('Card wanted again', 'Карту просят снова', 'Карта қайта сұралады'),
  'terminal.card-removed': names('Card removed', 'Карта извлечена', 'Карта алынды'),
  'card.exchanged': names('Card command', 'Команда карте', 'Картаға команда'),
  'kernel.decided': names('The kernel decides', 'Ядро решает', 'Ядро шешеді'),
  'terminal.pin-entered': names('PIN entered', 'Введён PIN', 'PIN енгізілді'),
  'terminal.pin-bypassed': names('No PIN entered', 'PIN не введён', 'PIN енгізілмеді'),
  'terminal.intent-journalled': names('Intent on disk', 'Намерение записано', 'Ниет дискіге жазылды'),
  'terminal.message-sent': names('Terminal sends', 'Терминал отправляет', 'Терминал жібереді'),
  'terminal.message-received': names('Terminal receives', 'Терминал получает', 'Терминал қабылдайды'),
  'terminal.message-unmatched': names('Answer nobody waits for', 'Ответ без запроса', 'Сұраусыз жауап'),
  'terminal.no-answer': names('No answer', 'Нет ответа', 'Жауап жоқ'),
  'terminal.reversal-queued': names('Reversal queued', 'Отмена в очереди', 'Қайтару кезекте'),
  'terminal.reversal-acknowledged': names('Reversal confirmed', 'Отмена подтверждена', 'Қайтару расталды'),
  'terminal.payment-finished': names('Payment finished', 'Платёж завершён', 'Төлем аяқталды'),
  'terminal.receipt-printed': names('Receipt printed', 'Чек напечатан', 'Чек басылды'),
  'terminal.host-connected': names('Connected to the host', 'Связь с хостом есть', 'Хостпен байланыс бар'),
  'terminal.host-disconnected': names('Host lost', 'Связь с хостом потеряна', 'Хостпен байланыс үзілді'),
  'terminal.signed-on': names('Signed on', 'Вход выполнен', 'Жүйеге кірді'),
  'terminal.key-changed': names('New key in use', 'Новый ключ в работе', 'Жаңа кілт іске қосылды'),
  'acquirer.key-sent': names('New key sent', 'Отправлен новый ключ', 'Жаңа кілт жіберілді'),
  'acquirer.message-received': names('Acquirer receives', 'Эквайер получает', 'Эквайер қабылдайды'),
  'acquirer.message-sent': names('Acquirer sends', 'Эквайер отправляет', 'Эквайер жібереді'),
  'acquirer.message-refused': names('Not a message', 'Это не сообщение', 'Бұл хабарлама емес'),
  'acquirer.security-refused': names('Security check failed', 'Проверка не прошла', 'Тексеруден өтпеді'),
  'acquirer.duplicate-found': names('The same again', 'Повтор запроса', 'Сұрау қайталанды'),
  'acquirer.bank-chosen': names('Bank chosen', 'Выбран банк', 'Банк таңдалды'),
  'acquirer.route-chosen': names('Route chosen', 'Выбран маршрут', 'Бағыт таңдалды'),
  'acquirer.payment-decided': names('Acquirer decides', 'Эквайер решает', 'Эквайер шешеді'),
  'acquirer.payment-reversed': names('Payment undone', 'Платёж отменён', 'Төлем қайтарылды'),
  'acquirer.payment-recovered': names('Payment recovered', 'Платёж восстановлен', 'Төлем қалпына келтірілді'),
  'bank.cryptogram-verified': names('Cryptogram genuine', 'Криптограмма верна', 'Криптограмма дұрыс'),
  'bank.cryptogram-refused': names('Cryptogram refused', 'Криптограмма неверна', 'Криптограмма бұрыс'),
  'bank.pin-verified': names('PIN right', 'PIN верен', 'PIN дұрыс'),
  'bank.pin-refused': names('PIN wrong', 'PIN неверен', 'PIN қате'),
  'bank.authorised': names('Bank authorises', 'Банк одобряет', 'Банк мақұлдайды'),
  'bank.refused': names('Bank refuses', 'Банк отказывает', 'Банк бас тартады'),
  'bank.credited': names('Merchant credited', 'Зачислено продавцу', 'Сатушыға түсті'),
  'bank.debited': names('Merchant debited', 'Списано у продавца', 'Сатушыдан алынды'),
  'bank.credit-queued': names('Credit queued', 'Зачисление в очереди', 'Аударым кезекте'),
  'bank.credit-rejected': names('Credit rejected', 'Зачисление отклонено', 'Аударым қабылданбады'),
  'ledger.held': names('Digital tenge locked', 'Цифровые тенге заблокированы', 'Цифрлық теңге бұғатталды'),
  'ledger.executed': names('Paid to the merchant', 'Переведено продавцу', 'Сатушыға аударылды'),
  'ledger.redeemed': names('Redeemed', 'Погашено', 'Өтелді'),
  'ledger.released': names('Unlocked', 'Разблокировано', 'Бұғаттан шықты'),
  'ledger.transferred': names('Given back', 'Возвращено', 'Қайтарылды'),
  'ledger.issued': names('Issued again', 'Выпущено снова', 'Қайта шығарылды'),
};

/** The name of an event in a language; an event this page does not know goes by its type. */
export function eventName(type: string, language: Language): string {
  return (Object.hasOwn(EVENT_NAMES, type) ? EVENT_NAMES[type]?.[language] : undefined) ?? type;
}
