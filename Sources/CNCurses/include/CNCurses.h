// The few calls of ncurses, signals and memory files that Swift cannot make itself.
//
// One thread calls all of this. Nothing here waits: what ncurses wants to send is kept as a frame
// in memory, and the caller writes it to the terminal when there is room.
#pragma once

#include <stdint.h>

struct termios;

// Attributes of cnc_put; the same bits as Style.Attributes.
enum {
  CNC_BOLD = 1,
  CNC_DIM = 2,
  CNC_REVERSE = 4,
  CNC_UNDERLINE = 8,
};

// Starts ncurses for a terminal type on an open terminal.
// Returns 0, or -1 if the type is unknown or the screen cannot be made.
int cnc_start(const char *_Nonnull type, int terminal);

// Frees everything that cnc_start made.
void cnc_stop(void);

int cnc_colors(void);
int cnc_color_pairs(void);
int cnc_rows(void);
int cnc_columns(void);

// A capability of the terminal type, or NULL.
const char *_Nullable cnc_capability(const char *_Nonnull name);

// Gives a pair its colours; -1 is the terminal's own.
void cnc_define_pair(int pair, int foreground, int background);

// A letter and its marks: what ncurses takes in a cell.
enum { CNC_SCALARS = 5 };

// Puts cells on a row, CNC_SCALARS for each column: a letter, its marks, and 0 for the rest. A letter of 0 is the right half of
// the wide one before it.
void cnc_put(
  int row, int column, const uint32_t *_Nonnull scalars, int count, unsigned attributes, int pair);

void cnc_erase(void);
void cnc_resize(int height, int width);

// Makes the next frame draw every cell.
void cnc_repaint(void);

// Adds what changed on the screen to the frame.
void cnc_render(void);

// Adds to the frame what gives the terminal back; the next cnc_render takes it again.
void cnc_leave(void);

// The bytes of the frame; cnc_take_frame copies them and starts a new one.
long cnc_frame_size(void);
void cnc_take_frame(void *_Nonnull bytes, long count);

// Makes a pipe whose ends never wait and are closed in child processes; 0, or -1.
int cnc_pipe(int ends[_Nonnull 2]);

// Has signals written to a pipe as bytes, one each. Ignored SIGHUP and SIGTSTP stay ignored.
// Returns the end to read from, or -1.
int cnc_catch_signals(void);
void cnc_release_signals(void);

// A file in memory to append to; -1 if there is none.
int cnc_memory_file(void);

// From now on a crash, a signal that ends the process, or exit() gives the terminal back: it drops what is on its way, writes
// `restore`, puts the modes back, and then shows the end of `log`, unless that is -1.
void cnc_guard(
  int terminal, const void *_Nonnull restore, long count, const struct termios *_Nonnull modes,
  int log);

// Ends the guard. Returns 0 if it had already given the terminal back.
int cnc_unguard(void);
