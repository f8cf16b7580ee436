/**
 * Whether a line of source code defines the name that stands in it, rather than uses it. It goes by the keyword before
 * it, or by a list of parameters with a body behind it. By the signs that most languages share, without a grammar.
 * Pure.
 */

const KEYWORD =
  /(?:^|[^\w$])(?:class|struct|enum|union|trait|interface|module|namespace|package|def|fn|func|function|sub|type|typedef|define|macro_rules!|record|protocol|object)\s*\*?\s+(?:\([^)]*\)\s*)?(?:[\w$]+(?:::|\.))*$/;
const VARIABLE = /(?:^|[^\w$])(?:const|let|var|val|static|my|our)\s+[$@%]?(?:mut\s+)?$/;
/** What makes a variable a function or a class. */
const BODY = /^\s*[=:]\s*(?:async\b|function\b|class\b|\(|[\w$]+\s*=>)/;
const NAMED_FUNCTION = /^\s*[=:]\s*(?:async\s+)?(?:function|class)\b/;
const PARAMETERS = /^\s*(?:<[^<>]*>)?\([^;{}]*\)[^;{}]*\{\s*$/;
/** The body of a function in C may begin on the next line. */
const OPEN_PARAMETERS = /^\s*\([^;{}]*$/;
const TYPES = /^\s*(?:[\w:*&<>,~[\]]+[\s*&]+)*(?:\w+::)*[*&~]*$/;
const STATEMENT = /^\s*(?:if|for|while|switch|return|else|new|await|throw|case|do|and|or|not|in)\b/;
const FORWARD = /^\s*;/;

/** @param before  of the line, what stands before the name. @param behind  and behind it. */
export function isDefinition(before: string, behind: string): boolean {
  if (KEYWORD.test(before)) return !FORWARD.test(behind);
  if (VARIABLE.test(before)) return BODY.test(behind);
  if (NAMED_FUNCTION.test(behind)) return true;
  if (STATEMENT.test(before) || !TYPES.test(before)) return false;
  return PARAMETERS.test(behind) || (/^\w/.test(before) && OPEN_PARAMETERS.test(behind));
}
