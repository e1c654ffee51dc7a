// Functions, the second dozen. Data; see program_problem.h.
#include "problems/programs/program_problem.h"

namespace reckon {

std::vector<ProgramProblem> more_functions() {
  return {
      {.id = "rotate",
       .signature = "def rotate(items, k)",
       .statement = "Return a list with the items moved k places to the right; those that fall off the end "
                    "come back at the front. k may be larger than the list, and negative for the left. The "
                    "list may be empty.",
       .examples = {{"rotate([1, 2, 3, 4], 1)", "[4, 1, 2, 3]"}, {"rotate([1, 2, 3], -1)", "[2, 3, 1]"}},
       .hidden = {{"rotate([], 3)", "[]"}, {"rotate([1, 2, 3], 0)", "[1, 2, 3]"},
                   {"rotate([1, 2, 3], 7)", "[3, 1, 2]"}, {"rotate([1, 2], -3)", "[2, 1]"},
                   {"rotate(['a'], 5)", "['a']"}},
       .solution = R"(def rotate(items, k):
    if not items:
        return []
    k %= len(items)
    return items[len(items) - k:] + items[:len(items) - k]
)"},
      {.id = "prime_factors",
       .signature = "def prime_factors(n)",
       .statement = "Return the prime factors of the integer n >= 1 in rising order, each as often as it "
                    "divides n. For 1 the list is empty.",
       .examples = {{"prime_factors(12)", "[2, 2, 3]"}, {"prime_factors(7)", "[7]"}},
       .hidden = {{"prime_factors(1)", "[]"}, {"prime_factors(64)", "[2, 2, 2, 2, 2, 2]"},
                   {"prime_factors(97)", "[97]"}, {"prime_factors(3003)", "[3, 7, 11, 13]"},
                   {"prime_factors(1000003)", "[1000003]"}},
       .solution = R"(def prime_factors(n):
    out = []
    p = 2
    while n > 1:
        while n % p == 0:
            out.append(p)
            n //= p
        p += 1 if p * p <= n else max(1, n - p)
    return out
)"},
      {.id = "transpose",
       .signature = "def transpose(matrix)",
       .statement = "Return the transpose of a matrix given as a list of rows, as a list of lists. An empty "
                    "matrix gives an empty list.",
       .examples = {{"transpose([[1, 2], [3, 4]])", "[[1, 3], [2, 4]]"},
                   {"transpose([[1, 2, 3]])", "[[1], [2], [3]]"}},
       .hidden = {{"transpose([])", "[]"}, {"transpose([[5]])", "[[5]]"},
                   {"transpose([[1], [2], [3]])", "[[1, 2, 3]]"},
                   {"transpose([['a', 'b'], ['c', 'd'], ['e', 'f']])", "[['a', 'c', 'e'], ['b', 'd', 'f']]"}},
       .solution = R"(def transpose(matrix):
    return [list(row) for row in zip(*matrix)]
)"},
      {.id = "change_ways",
       .signature = "def change_ways(amount, coins)",
       .statement = "Return in how many ways an amount can be paid with coins of the given values, each as "
                    "often as one likes. The order of the coins does not count. There is one way to pay 0.",
       .examples = {{"change_ways(4, [1, 2])", "3"}, {"change_ways(3, [2])", "0"}},
       .hidden = {{"change_ways(0, [5])", "1"}, {"change_ways(10, [2, 5, 3, 6])", "5"},
                   {"change_ways(100, [1, 5, 10, 25, 50])", "292"}, {"change_ways(7, [3, 5])", "0"}},
       .solution = R"(def change_ways(amount, coins):
    ways = [1] + [0] * amount
    for coin in coins:
        for total in range(coin, amount + 1):
            ways[total] += ways[total - coin]
    return ways[amount]
)"},
      {.id = "to_base",
       .signature = "def to_base(n, base)",
       .statement = "Return the integer n in a base from 2 to 16, with digits 0-9 and a-f. A negative number "
                    "gets a minus sign.",
       .examples = {{"to_base(10, 2)", "'1010'"}, {"to_base(255, 16)", "'ff'"}},
       .hidden = {{"to_base(0, 2)", "'0'"}, {"to_base(-5, 2)", "'-101'"}, {"to_base(7, 8)", "'7'"},
                   {"to_base(100, 7)", "'202'"}, {"to_base(-4095, 16)", "'-fff'"}},
       .solution = R"(def to_base(n, base):
    digits = '0123456789abcdef'
    sign = '-' if n < 0 else ''
    n = abs(n)
    out = ''
    while True:
        out = digits[n % base] + out
        n //= base
        if n == 0:
            return sign + out
)"},
      {.id = "title_case",
       .signature = "def title_case(text)",
       .statement = "Return the text with the first letter of each word in upper case and all its other "
                    "letters in lower case. Words are separated by single blanks, which stay.",
       .examples = {{"title_case('hello world')", "'Hello World'"}, {"title_case('ABC')", "'Abc'"}},
       .hidden = {{"title_case('')", "''"}, {"title_case('mixed CASE words')", "'Mixed Case Words'"},
                   {"title_case(\"it's a dog\")", "\"It's A Dog\""}, {"title_case('a b c')", "'A B C'"}},
       .solution = R"(def title_case(text):
    return ' '.join(word[:1].upper() + word[1:].lower() for word in text.split(' '))
)"},
      {.id = "missing_number",
       .signature = "def missing_number(numbers)",
       .statement = "A list holds all integers from 0 to n but one, in any order, where n is its length. "
                    "Return the missing one.",
       .examples = {{"missing_number([0, 1, 3])", "2"}, {"missing_number([1])", "0"}},
       .hidden = {{"missing_number([0])", "1"}, {"missing_number([])", "0"},
                   {"missing_number([5, 3, 0, 1, 2])", "4"}, {"missing_number([2, 1, 0])", "3"}},
       .solution = R"(def missing_number(numbers):
    return len(numbers) * (len(numbers) + 1) // 2 - sum(numbers)
)"},
      {.id = "longest_increase",
       .signature = "def longest_increase(numbers)",
       .statement = "Return the length of the longest strictly increasing subsequence of a list of integers; "
                    "the elements need not be neighbours. 0 for an empty list.",
       .examples = {{"longest_increase([1, 3, 2, 4])", "3"}, {"longest_increase([3, 2, 1])", "1"}},
       .hidden = {{"longest_increase([])", "0"}, {"longest_increase([10, 9, 2, 5, 3, 7, 101, 18])", "4"},
                   {"longest_increase([7, 7, 7])", "1"}, {"longest_increase([1, 2, 3, 4, 5])", "5"},
                   {"longest_increase([4, 10, 4, 3, 8, 9])", "3"}},
       .solution = R"(def longest_increase(numbers):
    best = []
    for i, x in enumerate(numbers):
        best.append(1 + max((best[j] for j in range(i) if numbers[j] < x), default=0))
    return max(best, default=0)
)"},
      {.id = "flatten",
       .signature = "def flatten(items)",
       .statement = "Return all values of a list that may hold lists, which may hold lists again, as one flat "
                    "list in the same order.",
       .examples = {{"flatten([1, [2, 3]])", "[1, 2, 3]"}, {"flatten([])", "[]"}},
       .hidden = {{"flatten([[[1]], 2, [3, [4, [5]]]])", "[1, 2, 3, 4, 5]"}, {"flatten([[], [[]]])", "[]"},
                   {"flatten(['a', ['b']])", "['a', 'b']"}, {"flatten([1, 2, 3])", "[1, 2, 3]"}},
       .solution = R"(def flatten(items):
    out = []
    for item in items:
        if isinstance(item, list):
            out += flatten(item)
        else:
            out.append(item)
    return out
)"},
      {.id = "clock_angle",
       .signature = "def clock_angle(hour, minute)",
       .statement = "Return the smaller angle, in degrees, between the two hands of a clock at a time given by "
                    "hour (0 to 23) and minute. The hour hand moves evenly.",
       .examples = {{"clock_angle(3, 0)", "90.0"}, {"clock_angle(6, 0)", "180.0"}},
       .hidden = {{"clock_angle(12, 0)", "0.0"}, {"clock_angle(9, 30)", "105.0"},
                   {"clock_angle(15, 15)", "7.5"}, {"clock_angle(0, 40)", "140.0"},
                   {"clock_angle(23, 59)", "5.5"}},
       .solution = R"(def clock_angle(hour, minute):
    a = (hour % 12) * 30 + minute * 0.5
    b = minute * 6
    d = abs(a - b)
    return min(d, 360 - d)
)"},
      {.id = "zigzag",
       .signature = "def zigzag(text, rows)",
       .statement = "Write a text down and up in a zigzag over a number of rows (1 or more) and return the "
                    "characters read row by row: zigzag('abcdef', 3) puts a e / b d f / c and gives 'aebdfc'.",
       .examples = {{"zigzag('abcdef', 3)", "'aebdfc'"}, {"zigzag('abcd', 2)", "'acbd'"}},
       .hidden = {{"zigzag('abc', 1)", "'abc'"}, {"zigzag('paypalishiring', 3)", "'pahnaplsiigyir'"},
                   {"zigzag('paypalishiring', 4)", "'pinalsigyahrpi'"}, {"zigzag('', 3)", "''"},
                   {"zigzag('ab', 5)", "'ab'"}},
       .solution = R"(def zigzag(text, rows):
    if rows == 1:
        return text
    lines = [''] * rows
    period = 2 * rows - 2
    for i, c in enumerate(text):
        k = i % period
        lines[min(k, period - k)] += c
    return ''.join(lines)
)"},
      {.id = "two_sum",
       .signature = "def two_sum(numbers, target)",
       .statement = "Return the indices [i, j], i < j, of two numbers of a list whose sum is the target; of "
                    "all such pairs the one with the smallest i, then the smallest j. Return None when there "
                    "is none.",
       .examples = {{"two_sum([2, 7, 11, 15], 9)", "[0, 1]"}, {"two_sum([1, 2], 5)", "None"}},
       .hidden = {{"two_sum([3, 3], 6)", "[0, 1]"}, {"two_sum([], 0)", "None"},
                   {"two_sum([1, 5, 5, 1], 6)", "[0, 1]"}, {"two_sum([-3, 4, 3, 90], 0)", "[0, 2]"}},
       .solution = R"(def two_sum(numbers, target):
    for i in range(len(numbers)):
        for j in range(i + 1, len(numbers)):
            if numbers[i] + numbers[j] == target:
                return [i, j]
    return None
)"},
  };
}

}  // namespace reckon
