// Programs that read standard input, the second dozen. Data; see program_problem.h.
#include "problems/programs/program_problem.h"

namespace reckon {

std::vector<ProgramProblem> more_whole_programs() {
  return {
      {.id = "time_after",
       .statement = "Read a time as HH:MM and, on the next line, a number of minutes, which may be negative "
                    "and large. Print the time that many minutes later as HH:MM on a 24-hour clock.",
       .examples = {{"10:30\n45\n", "11:15\n"}, {"23:50\n20\n", "00:10\n"}},
       .hidden = {{"00:00\n-1\n", "23:59\n"}, {"12:00\n1440\n", "12:00\n"}, {"05:05\n-10000\n", "06:25\n"},
                   {"09:59\n1\n", "10:00\n"}},
       .solution = R"(h, m = map(int, input().split(':'))
t = (h * 60 + m + int(input())) % 1440
print('%02d:%02d' % (t // 60, t % 60))
)"},
      {.id = "word_lengths",
       .statement = "Read a line and print each word with its length, such as \"tree:4\", one a line, sorted "
                    "by length, then alphabetically.",
       .examples = {{"a tree bee\n", "a:1\nbee:3\ntree:4\n"}, {"bb aa c\n", "c:1\naa:2\nbb:2\n"}},
       .hidden = {{"zz z zzz\n", "z:1\nzz:2\nzzz:3\n"},
                   {"one two three four\n", "one:3\ntwo:3\nfour:4\nthree:5\n"}, {"x\n", "x:1\n"}},
       .solution = R"(for w in sorted(input().split(), key=lambda w: (len(w), w)):
    print('%s:%d' % (w, len(w)))
)"},
      {.id = "matrix_diagonals",
       .statement = "The first line holds n, the next n lines n integers each. Print the sum of the elements "
                    "on both diagonals; the middle element of an odd matrix counts once.",
       .examples = {{"2\n1 2\n3 4\n", "10\n"}, {"3\n1 2 3\n4 5 6\n7 8 9\n", "25\n"}},
       .hidden = {{"1\n5\n", "5\n"}, {"3\n1 0 1\n0 -7 0\n1 0 1\n", "-3\n"},
                   {"4\n1 1 1 1\n1 1 1 1\n1 1 1 1\n1 1 1 1\n", "8\n"}},
       .solution = R"(n = int(input())
a = [list(map(int, input().split())) for _ in range(n)]
print(sum(a[i][j] for i in range(n) for j in range(n) if i == j or i + j == n - 1))
)"},
      {.id = "bank_account",
       .statement = "An account starts at 0. The first line holds n; each of the next n lines is \"deposit X\" "
                    "or \"withdraw X\" with a positive integer X. A withdrawal of more than there is is "
                    "refused and changes nothing. Print the balance at the end and the number of refusals, "
                    "separated by a blank.",
       .examples = {{"3\ndeposit 10\nwithdraw 4\nwithdraw 7\n", "6 1\n"}, {"1\nwithdraw 5\n", "0 1\n"}},
       .hidden = {{"2\ndeposit 5\nwithdraw 5\n", "0 0\n"},
                   {"4\nwithdraw 1\ndeposit 1\nwithdraw 2\nwithdraw 1\n", "0 2\n"},
                   {"1\ndeposit 100\n", "100 0\n"}},
       .solution = R"(b = r = 0
for _ in range(int(input())):
    w, x = input().split()
    x = int(x)
    if w == 'deposit':
        b += x
    elif x > b:
        r += 1
    else:
        b -= x
print(b, r)
)"},
      {.id = "binary_ones",
       .statement = "Read a non-negative integer and print its binary form and the number of ones in it, "
                    "separated by a blank.",
       .examples = {{"5\n", "101 2\n"}, {"8\n", "1000 1\n"}},
       .hidden = {{"0\n", "0 0\n"}, {"1\n", "1 1\n"}, {"1023\n", "1111111111 10\n"},
                   {"1000000\n", "11110100001001000000 7\n"}},
       .solution = R"(b = format(int(input()), 'b')
print(b, b.count('1'))
)"},
      {.id = "staircase",
       .statement = "In how many ways can one climb n steps, taking 1, 2 or 3 steps at a time? Read n and "
                    "print the number of ways. There is one way to climb 0 steps.",
       .examples = {{"3\n", "4\n"}, {"4\n", "7\n"}},
       .hidden = {{"0\n", "1\n"}, {"1\n", "1\n"}, {"2\n", "2\n"}, {"10\n", "274\n"}, {"40\n", "23837527729\n"}},
       .solution = R"(a, b, c = 1, 1, 2
for _ in range(int(input())):
    a, b, c = b, c, a + b + c
print(a)
)"},
      {.id = "unique_in_order",
       .statement = "Read integers from one line and print those that occur exactly once, in their order, "
                    "separated by blanks. If there is none, print \"none\".",
       .examples = {{"1 2 1 3\n", "2 3\n"}, {"4 4\n", "none\n"}},
       .hidden = {{"5\n", "5\n"}, {"3 2 1\n", "3 2 1\n"}, {"7 8 7 8 9\n", "9\n"}, {"-1 1 -1\n", "1\n"}},
       .solution = R"(a = input().split()
u = [x for x in a if a.count(x) == 1]
print(*u if u else ['none'])
)"},
      {.id = "temperature_table",
       .statement = "Read two integers a and b, a <= b, from one line. For each temperature in degrees Celsius "
                    "from a to b print it and its value in Fahrenheit with one decimal, separated by a blank, "
                    "one pair a line.",
       .examples = {{"0 2\n", "0 32.0\n1 33.8\n2 35.6\n"}, {"100 100\n", "100 212.0\n"}},
       .hidden = {{"-1 1\n", "-1 30.2\n0 32.0\n1 33.8\n"}, {"36 38\n", "36 96.8\n37 98.6\n38 100.4\n"},
                   {"-40 -40\n", "-40 -40.0\n"}},
       .solution = R"(a, b = map(int, input().split())
for c in range(a, b + 1):
    print(c, '%.1f' % (c * 9 / 5 + 32))
)"},
      {.id = "longest_word",
       .statement = "Read a line and print its longest word; of several, the one that comes last. Words are "
                    "separated by blanks; a full stop or comma at the end of a word is no part of it.",
       .examples = {{"I like trees.\n", "trees\n"}, {"one two six\n", "six\n"}},
       .hidden = {{"a, bb, cc.\n", "cc\n"}, {"word\n", "word\n"}, {"short longest, tiny\n", "longest\n"},
                   {"end. the.\n", "the\n"}},
       .solution = R"(best = ''
for w in input().split():
    w = w.rstrip('.,')
    if len(w) >= len(best):
        best = w
print(best)
)"},
      {.id = "island_count",
       .statement = "The first line holds the numbers of rows and columns of a map, the next lines its rows of "
                    "'#' (land) and '.' (water). Print the number of islands: groups of land that are "
                    "connected up, down, left and right.",
       .examples = {{"2 3\n#.#\n#..\n", "2\n"}, {"1 1\n.\n", "0\n"}},
       .hidden = {{"3 3\n#.#\n.#.\n#.#\n", "5\n"}, {"2 2\n##\n##\n", "1\n"},
                   {"4 5\n##..#\n#..##\n..#..\n#...#\n", "5\n"}},
       .solution = R"(r, c = map(int, input().split())
g = [list(input().strip()) for _ in range(r)]
n = 0
for i in range(r):
    for j in range(c):
        if g[i][j] == '#':
            n += 1
            s = [(i, j)]
            g[i][j] = '.'
            while s:
                y, x = s.pop()
                for v, u in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                    if 0 <= v < r and 0 <= u < c and g[v][u] == '#':
                        g[v][u] = '.'
                        s.append((v, u))
print(n)
)"},
      {.id = "expression",
       .statement = "Read a line with integers and the operators + - * separated by blanks, such as \"2 + 3 * "
                    "4\", and print its value. * goes before + and -.",
       .examples = {{"2 + 3 * 4\n", "14\n"}, {"10 - 2 - 3\n", "5\n"}},
       .hidden = {{"7\n", "7\n"}, {"2 * 3 * 4\n", "24\n"}, {"1 - 2 * 3 + 4\n", "-1\n"},
                   {"0 * 5 - 1\n", "-1\n"}},
       .solution = R"(print(eval(input()))
)"},
      {.id = "bracket_depth",
       .statement = "Read a line of round brackets. If they are balanced, print the greatest depth of nesting, "
                    "else -1. An empty line has depth 0.",
       .examples = {{"(())\n", "2\n"}, {"())\n", "-1\n"}},
       .hidden = {{"\n", "0\n"}, {"()()()\n", "1\n"}, {"((()())())\n", "3\n"}, {"(((\n", "-1\n"},
                   {")(\n", "-1\n"}},
       .solution = R"(d = m = 0
ok = True
for c in input().strip():
    d += 1 if c == '(' else -1
    m = max(m, d)
    ok = ok and d >= 0
print(m if ok and d == 0 else -1)
)"},
  };
}

}  // namespace reckon
