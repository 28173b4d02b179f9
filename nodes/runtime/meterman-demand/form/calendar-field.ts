import type { CalendarForm } from "./calendar.ts";
import { checkField, chips, element, type Field, textField, type Words } from "./dom.ts";

const WEEK = ["1", "2", "3", "4", "5", "6", "0"];
const YEAR = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

export function monthsField(to: JQuery, words: Words): Field<readonly number[]> {
  const names = YEAR.map((month) => [month, words(`month.${month}`)] as const);
  return chips(to, words("months"), names, words("everyMonth"));
}

/** Hours, weekdays, months and holidays of a row. */
export function calendarField(to: JQuery, words: Words): Field<CalendarForm> {
  const first = element(to, "div", "mm-line");
  element(first, "span", "mm-unit", words("hours"));
  const hours = textField(first, words("hours"), "120px", words("anyHour"));
  const noHolidays = checkField(first, words("noHolidays"));
  const names = WEEK.map((day) => [day, words(`weekday.${day}`)] as const);
  const weekdays = chips(element(to, "div", "mm-line"), words("weekdays"), names, words("everyDay"));
  const months = monthsField(element(to, "div", "mm-line"), words);
  return {
    show(form) {
      hours.show(form.hours);
      noHolidays.show(form.noHolidays);
      weekdays.show(form.weekdays);
      months.show(form.months);
    },
    read: () => ({
      months: months.read(),
      weekdays: weekdays.read(),
      hours: hours.read(),
      noHolidays: noHolidays.read(),
    }),
  };
}
