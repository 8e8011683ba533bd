import type { Language } from '@kassa/emv';

type Translated = Readonly<Record<Exclude<Language, 'en'>, string>>;
const names = (ru: string, kk: string): Translated => ({ ru, kk });

/** The elements a payment's messages carry, by the name the dialects give them (ISO 8583:1987, 4.3, and docs/wire.md). */
const ELEMENT_NAMES: Readonly<Record<string, Translated>> = {
  'Message type indicator': names('Тип сообщения (MTI)', 'Хабарлама түрі (MTI)'),
  Bitmap: names('Битовая карта', 'Биттік карта'),
  Bitmaps: names('Битовые карты', 'Биттік карталар'),
  'Primary account number': names('Номер карты (PAN)', 'Карта нөмірі (PAN)'),
  'Processing code': names('Код операции', 'Операция коды'),
  'Amount, transaction': names('Сумма операции', 'Операция сомасы'),
  'Amount, settlement': names('Сумма расчётов', 'Есеп айырысу сомасы'),
  'Transmission date and time': names('Дата и время передачи', 'Жіберілген күні мен уақыты'),
  'System trace audit number': names('Номер трассировки (STAN)', 'Трассалау нөмірі (STAN)'),
  'Time, local transaction': names('Местное время операции', 'Операцияның жергілікті уақыты'),
  'Date, local transaction': names('Местная дата операции', 'Операцияның жергілікті күні'),
  'Date, expiration': names('Срок действия карты', 'Картаның жарамдылық мерзімі'),
  'Date, settlement': names('Дата расчётов', 'Есеп айырысу күні'),
  "Merchant's type": names('Код категории продавца (MCC)', 'Сатушы санатының коды (MCC)'),
  'Point of service entry mode': names('Способ ввода карты', 'Картаны енгізу тәсілі'),
  'Card sequence number': names('Порядковый номер карты', 'Картаның реттік нөмірі'),
  'Point of service condition code': names('Условия обслуживания', 'Қызмет көрсету шарттары'),
  'Track 2 data': names('Данные второй дорожки', 'Екінші жолақ деректері'),
  'Retrieval reference number': names('Ссылочный номер (RRN)', 'Сілтеме нөмірі (RRN)'),
  'Authorization identification response': names('Код одобрения', 'Мақұлдау коды'),
  'Response code': names('Код ответа', 'Жауап коды'),
  'Card acceptor terminal identification': names('Номер терминала', 'Терминал нөмірі'),
  'Card acceptor identification code': names('Номер продавца', 'Сатушы нөмірі'),
  'Card acceptor name/location': names('Название и адрес продавца', 'Сатушының атауы мен мекенжайы'),
  'Additional data, private': names('Дополнительные данные', 'Қосымша деректер'),
  'Settlement wanted': names('Желаемое зачисление', 'Қалаған есепке алу'),
  'Route taken': names('Выбранный маршрут', 'Таңдалған бағыт'),
  'Reason of the decline': names('Причина отказа', 'Бас тарту себебі'),
  'Currency code, transaction': names('Код валюты операции', 'Операция валютасының коды'),
  'Personal identification number data': names('PIN-блок', 'PIN блогы'),
  'Security related control information': names('Параметры безопасности', 'Қауіпсіздік параметрлері'),
  'Additional amounts': names('Дополнительные суммы', 'Қосымша сомалар'),
  'ICC system related data': names('Данные чипа', 'Чип деректері'),
  'Key serial number': names('Серийный номер ключа (KSN)', 'Кілттің сериялық нөмірі (KSN)'),
  'Message authentication code': names('Код аутентификации (MAC)', 'Аутентификация коды (MAC)'),
  'Network management information code': names('Код управления сетью', 'Желіні басқару коды'),
  'Original data elements': names('Данные исходной операции', 'Бастапқы операция деректері'),
  'Replacement amounts': names('Заменяющие суммы', 'Алмастыратын сомалар'),
};

/** The name of an element in a language; one that has no other name keeps its English one. */
export function elementName(name: string, language: Language): string {
  if (language === 'en') return name;
  return (Object.hasOwn(ELEMENT_NAMES, name) ? ELEMENT_NAMES[name]?.[language] : undefined) ?? name;
}
