/* SPDX-License-Identifier: MIT
 *
 * Words for the learner are UTF-8 without control characters, except these marks around a code span or an emphasis, and
 * '\n' for a line break that the author forced; every other line break is the drawer's business.
 */
#ifndef IPCVIZ_TEXT_MARKS_H
#define IPCVIZ_TEXT_MARKS_H

enum { MARK_CODE = 1, MARK_CODE_END = 2, MARK_EMPHASIS = 3, MARK_EMPHASIS_END = 4 };

#endif
