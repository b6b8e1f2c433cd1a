/* break_menu.h - what ^C does: asks the user at the terminal how to go on. */
#ifndef LING_BREAK_MENU_H
#define LING_BREAK_MENU_H

/* Everything else stands still until the answer has come. */
void break_menu(void);

#endif
