// Functions, the first dozen. Data; see program_problem.h.
#include "problems/programs/program_problem.h"

namespace reckon {

std::vector<ProgramProblem> functions() {
  return {
      {.id = "digit_sum",
       .signature = "def digit_sum(n)",
       .statement = "Return the sum of the decimal digits of the non-negative integer n.",
       .examples = {{"digit_sum(123)", "6"}, {"digit_sum(9)", "9"}},
       .hidden = {{"digit_sum(0)", "0"}, {"digit_sum(999999)", "54"}, {"digit_sum(1000)", "1"},
                   {"digit_sum(80417)", "20"}},
       .solution = R"(def digit_sum(n):
    return sum(int(d) for d in str(n))
)"},
      {.id = "count_vowels",
       .signature = "def count_vowels(text)",
       .statement = "Return how many characters of text are vowels (a, e, i, o, u), in upper or lower case.",
       .examples = {{"count_vowels('Hello')", "2"}, {"count_vowels('sky')", "0"}},
       .hidden = {{"count_vowels('')", "0"}, {"count_vowels('AEIOU')", "5"},
                   {"count_vowels('a quick brown fox')", "5"}, {"count_vowels('xyz!?')", "0"}},
       .solution = R"(def count_vowels(text):
    return sum(c in 'aeiou' for c in text.lower())
)"},
      {.id = "second_largest",
       .signature = "def second_largest(numbers)",
       .statement = "Return the second largest different value of a list of integers, or None when there is "
                    "none.",
       .examples = {{"second_largest([3, 1, 2])", "2"}, {"second_largest([5, 5])", "None"}},
       .hidden = {{"second_largest([])", "None"}, {"second_largest([7, 7, 6])", "6"},
                   {"second_largest([-1, -2, -3])", "-2"}, {"second_largest([4])", "None"},
                   {"second_largest([10, 9, 10, 8])", "9"}},
       .solution = R"(def second_largest(numbers):
    values = sorted(set(numbers))
    return values[-2] if len(values) > 1 else None
)"},
      {.id = "is_leap_year",
       .signature = "def is_leap_year(year)",
       .statement = "Return whether a year of the Gregorian calendar is a leap year.",
       .examples = {{"is_leap_year(2024)", "True"}, {"is_leap_year(2023)", "False"}},
       .hidden = {{"is_leap_year(1900)", "False"}, {"is_leap_year(2000)", "True"},
                   {"is_leap_year(2100)", "False"}, {"is_leap_year(1996)", "True"}},
       .solution = R"(def is_leap_year(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
)"},
      {.id = "collatz_steps",
       .signature = "def collatz_steps(n)",
       .statement = "Return how many steps it takes from the positive integer n to 1, where an even number is "
                    "halved and an odd number n becomes 3n + 1.",
       .examples = {{"collatz_steps(6)", "8"}, {"collatz_steps(1)", "0"}},
       .hidden = {{"collatz_steps(2)", "1"}, {"collatz_steps(7)", "16"}, {"collatz_steps(27)", "111"},
                   {"collatz_steps(1000)", "111"}},
       .solution = R"(def collatz_steps(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps
)"},
      {.id = "caesar",
       .signature = "def caesar(text, shift)",
       .statement = "Shift every letter of text by `shift` places in the alphabet, from z on to a. Case stays; "
                    "other characters stay as they are. The shift may be negative.",
       .examples = {{"caesar('abc', 1)", "'bcd'"}, {"caesar('Zoo!', 2)", "'Bqq!'"}},
       .hidden = {{"caesar('hello, World', 13)", "'uryyb, Jbeyq'"}, {"caesar('abc', -1)", "'zab'"},
                   {"caesar('', 5)", "''"}, {"caesar('xyz', 29)", "'abc'"}},
       .solution = R"(def caesar(text, shift):
    out = ''
    for c in text:
        if c.isalpha():
            base = ord('a') if c.islower() else ord('A')
            c = chr((ord(c) - base + shift) % 26 + base)
        out += c
    return out
)"},
      {.id = "run_length",
       .signature = "def run_length(text)",
       .statement = "Encode a text: each run of equal characters becomes the character and the run's length, "
                    "such as 'aab' to 'a2b1'.",
       .examples = {{"run_length('aab')", "'a2b1'"}, {"run_length('xyz')", "'x1y1z1'"}},
       .hidden = {{"run_length('')", "''"}, {"run_length('aaaaaaaaaaaa')", "'a12'"},
                   {"run_length('abba')", "'a1b2a1'"}, {"run_length('zz  z')", "'z2 2z1'"}},
       .solution = R"(def run_length(text):
    out = ''
    i = 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out += text[i] + str(j - i)
        i = j
    return out
)"},
      {.id = "is_anagram",
       .signature = "def is_anagram(first, second)",
       .statement = "Return whether two texts have the same letters the same number of times. Case and "
                    "everything that is no letter do not count.",
       .examples = {{"is_anagram('listen', 'silent')", "True"}, {"is_anagram('abc', 'abd')", "False"}},
       .hidden = {{"is_anagram('Dormitory', 'dirty room')", "True"}, {"is_anagram('aab', 'abb')", "False"},
                   {"is_anagram('', '!')", "True"}, {"is_anagram('abc', 'ab')", "False"}},
       .solution = R"(def is_anagram(first, second):
    key = lambda text: sorted(c for c in text.lower() if c.isalpha())
    return key(first) == key(second)
)"},
      {.id = "merge_intervals",
       .signature = "def merge_intervals(intervals)",
       .statement = "Merge the overlapping or touching intervals of a list of [start, end] lists and return "
                    "the result as a list of lists, sorted by start.",
       .examples = {{"merge_intervals([[1, 3], [2, 6], [8, 10]])", "[[1, 6], [8, 10]]"},
                   {"merge_intervals([[1, 4], [4, 5]])", "[[1, 5]]"}},
       .hidden = {{"merge_intervals([])", "[]"}, {"merge_intervals([[5, 6], [1, 2]])", "[[1, 2], [5, 6]]"},
                   {"merge_intervals([[1, 10], [2, 3], [4, 12]])", "[[1, 12]]"},
                   {"merge_intervals([[1, 1], [1, 1]])", "[[1, 1]]"}},
       .solution = R"(def merge_intervals(intervals):
    out = []
    for start, end in sorted(intervals):
        if out and start <= out[-1][1]:
            out[-1][1] = max(out[-1][1], end)
        else:
            out.append([start, end])
    return out
)"},
      {.id = "roman_number",
       .signature = "def roman_number(n)",
       .statement = "Return the integer n, from 1 to 3999, as a Roman numeral.",
       .examples = {{"roman_number(4)", "'IV'"}, {"roman_number(12)", "'XII'"}},
       .hidden = {{"roman_number(1994)", "'MCMXCIV'"}, {"roman_number(3999)", "'MMMCMXCIX'"},
                   {"roman_number(40)", "'XL'"}, {"roman_number(888)", "'DCCCLXXXVIII'"},
                   {"roman_number(1)", "'I'"}},
       .solution = R"(def roman_number(n):
    out = ''
    for value, sign in [(1000, 'M'), (900, 'CM'), (500, 'D'), (400, 'CD'), (100, 'C'), (90, 'XC'), (50, 'L'), (40, 'XL'), (10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I')]:
        while n >= value:
            out += sign
            n -= value
    return out
)"},
      {.id = "balanced",
       .signature = "def balanced(text)",
       .statement = "Return whether the brackets (), [] and {} of a text are balanced and nested rightly. "
                    "Other characters do not count.",
       .examples = {{"balanced('(a[b]{c})')", "True"}, {"balanced('(]')", "False"}},
       .hidden = {{"balanced('')", "True"}, {"balanced('([)]')", "False"}, {"balanced('((')", "False"},
                   {"balanced('))')", "False"}, {"balanced('{[()()]}')", "True"}},
       .solution = R"(def balanced(text):
    stack = []
    pairs = {')': '(', ']': '[', '}': '{'}
    for c in text:
        if c in '([{':
            stack.append(c)
        elif c in pairs:
            if not stack or stack.pop() != pairs[c]:
                return False
    return not stack
)"},
      {.id = "most_common_word",
       .signature = "def most_common_word(text)",
       .statement = "Return the word that is most frequent in a text of words separated by blanks. Words are "
                    "compared in lower case. On a tie return the word that comes first in the alphabet. The "
                    "text has at least one word.",
       .examples = {{"most_common_word('a b a')", "'a'"}, {"most_common_word('Cat dog cat')", "'cat'"}},
       .hidden = {{"most_common_word('b a')", "'a'"}, {"most_common_word('one')", "'one'"},
                   {"most_common_word('x Y y X z')", "'x'"},
                   {"most_common_word('the end of the road is the start')", "'the'"}},
       .solution = R"(def most_common_word(text):
    words = text.lower().split()
    return min(set(words), key=lambda w: (-words.count(w), w))
)"},
  };
}

}  // namespace reckon
