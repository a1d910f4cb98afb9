/** Everything that is known of the library's answers, in one table. */

import * as data from "./data";
import * as electronics from "./electronics";
import * as mathematics from "./mathematics";
import * as quantum from "./quantum";
import type { Refusal, Row } from "./row";
import * as visualization from "./visualization";

export type { Inputs, Outputs, Refusal, Row } from "./row";

const TABLES = [electronics, quantum, data, mathematics, visualization];

export const ROWS: Row[] = TABLES.flatMap(({ rows }) => rows);
export const REFUSALS: Refusal[] = TABLES.flatMap(({ refusals }) => refusals);
