// With find.h, where the parser does its index arithmetic. Rules are composed of these few verbs;
// they never read outside the text, never allocate, never throw, and treat bytes as bytes (no
// locale, no decoding).
//
//   Eat   says whether the text was there, and moves past it if it was
//   Take  returns what it cut off the front
//   Skip  moves on
//
// All views returned point into the text that was given, and live as long as it does.
#pragma once

#include "parser/scan/bytes.h"
#include "parser/scan/line_ends.h"
#include "parser/scan/numbers.h"
#include "parser/scan/shape.h"
#include "parser/scan/text.h"
