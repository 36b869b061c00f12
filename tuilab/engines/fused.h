/* What the kernel and its caller agree on. Read by a C compiler and, as it stands, by cffi: no preprocessor here. */

enum activation { RELU, LEAKY_RELU, TANH, SIGMOID, LINEAR };
enum rule { GRADIENT_DESCENT, MOMENTUM, RMSPROP, ADAM, ADAMW };
enum penalty { NONE, L2, L1, L1_PROXIMAL, MAX_NORM };

typedef struct {
    int32_t wide;               /* whether a pass is made of products of matrices */
    int32_t depth;              /* layers with weights, L */
    const int32_t *sizes;       /* L + 1 units */
    const int32_t *activations; /* L - 1 */
    int64_t rows;               /* examples of the training part */
    const void *x;              /* (rows, sizes[0]) */
    const void *chunks;         /* the same as (chunk, sizes[0], columns), 0 beyond the rows; NULL: made each time */
    const int32_t *y;           /* the class of each; or else: */
    const void *targets;        /* the number that its output should be, of the squared error; NULL: there are classes */
    const double *class_weights; /* what the loss of a class is multiplied by; NULL: 1 */
    const double *keep;         /* keep_prob of the layers 0 to L - 1 */
    uint64_t *random;           /* draws the masks: PCG64's state and increment, each in two words, the higher one first;
                                   whether half a word is left, and which */
    uint8_t *kept;              /* whether a unit is kept, of the newest batch: (sizes[l], batch) a layer that drops */
    int32_t penalty, rule;
    int64_t weights, counted, parameters; /* how many numbers of theta are weights, are penalized, are there */
    double lambd, max_norm;               /* λ/m, c */
    double most_steps;                    /* of α, by which the proximal step of L1 shrinks at most in the metric of a rule */
    double beta1, beta2, epsilon, weight_decay;
    int64_t t;                  /* updates made */
    void *v, *s;                /* what the rule keeps */
    void *theta, *next;         /* the weights, and where the next ones go; they change places after an update */
    void *gradient;
    void *work;                 /* `work_size` numbers, at a multiple of 64 bytes */
} plan;

/* Whether this machine has instructions with which the kernel's products are as quick as any. */
int32_t is_quick(void);

/* Examples of a chunk, of so many and with numbers of so many bytes. */
int64_t columns(int64_t rows, int64_t bytes);

/* Numbers that `work` must hold. */
int64_t work_size(const plan *p);

/* Makes so many updates, and fewer only where a cost is not finite: that one is the last. Returns the costs told.

   `index` are the examples of each update, which end at `ends`; NULL: all of the training part, each time. */
int64_t advance_double(plan *p, int64_t updates, const double *rates, const int64_t *index, const int64_t *ends,
                       double *data, double *penalty);
int64_t advance_float(plan *p, int64_t updates, const double *rates, const int64_t *index, const int64_t *ends,
                      double *data, double *penalty);
