#include "search/worked_examples.h"

namespace reckon {
namespace {

constexpr WorkedExample kExamples[] = {
    {"A shelf holds 14 books. After some are lent out, 9 are left. How many were lent out?",
     "14 - x = 9; x = 5. #### 5",
     "There were 14 books and 9 are left. So 14 - 9 = 5 books were lent out. The answer is 5."},
    {"A tray has 6 rows of 8 eggs. 11 eggs break. How many whole eggs are there?",
     "6 * 8 = 48; 48 - 11 = 37. #### 37",
     "The tray has 6 * 8 = 48 eggs. After 11 break, 48 - 11 = 37 are whole. The answer is 37."},
    {"Pens cost $3 each. Ivo buys 7 pens and pays with $30. What change does he get?",
     "7 * 3 = 21; 30 - 21 = 9. #### 9",
     "The pens cost 7 * $3 = $21. Ivo pays $30, so he gets $30 - $21 = $9 back. The answer is 9."},
    {"Mara walks 4 km a day, twice as far on Sunday. How far in a week?",
     "6 * 4 = 24; Sunday 8; 24 + 8 = 32. #### 32",
     "On the 6 days from Monday to Saturday Mara walks 6 * 4 = 24 km. On Sunday she walks 2 * 4 = 8 km. "
     "In the week that is 24 + 8 = 32 km. The answer is 32."},
    {"A tank of 90 litres is one third full. How many litres fit in?",
     "90 / 3 = 30; 90 - 30 = 60. #### 60",
     "A third of 90 litres is 90 / 3 = 30 litres, which are in the tank. So 90 - 30 = 60 litres fit in. The answer is 60."},
    {"Three friends share 45 coins equally; one gives 6 away. How many has she?",
     "45 / 3 = 15; 15 - 6 = 9. #### 9",
     "Each friend gets 45 / 3 = 15 coins. The one who gives 6 away has 15 - 6 = 9 coins. The answer is 9."},
    {"A train has 5 cars with 32 seats; 120 seats are taken. How many are free?",
     "5 * 32 = 160; 160 - 120 = 40. #### 40",
     "The train has 5 * 32 = 160 seats. With 120 taken, 160 - 120 = 40 are free. The answer is 40."},
    {"A coat of $80 is sold at 25% off. What does it cost?",
     "25% of 80 = 20; 80 - 20 = 60. #### 60",
     "25% of $80 is 0.25 * 80 = $20. The coat costs $80 - $20 = $60. The answer is 60."},
};

}  // namespace

std::span<const WorkedExample, worked_example_count> worked_examples() { return kExamples; }

}  // namespace reckon
