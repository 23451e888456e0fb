"""The list of experiments that the book records."""

from firstnet import lite
from tools.experiments import (
    article_b,
    grid,
    models,
    phone,
    pictures,
    races,
    recipes,
    step_cost,
)
from tools.experiments.record import Experiment

RACE_PARTS = (
    races.digits_for,
    races.network_of,
    races.schedule_of,
    races.compiled,
    races.lap_timer,
    recipes.real_mnist,
)

ARTICLE_B_PARTS = (
    article_b.pixels_for,
    article_b.network_of_article_b,
    article_b.silent_share,
    races.lap_timer,
    recipes.real_mnist,
)
GRID_PARTS = (grid.clock, grid.compiled, grid.optimizer_of, races.network_of, races.schedule_of)

EXPERIMENTS = [
    Experiment(
        name="article_a_mlp",
        question="What does the first article's recipe give, and when should its training stop?",
        recipe=recipes.train_on_flat_mnist,
        runs=(recipes.ARTICLE_A,),
        helpers=(recipes.multilayer_perceptron, recipes.flat_mnist, recipes.real_mnist),
    ),
    Experiment(
        name="article_b_mlp",
        question="What does the second article's recipe give, and what lifts it to 95% and more?",
        recipe=article_b.train_article_b,
        runs=article_b.RUNS,
        helpers=ARTICLE_B_PARTS,
    ),
    Experiment(
        name="race_mlp",
        question="How much sooner can the first article's network be as good, and through what?",
        recipe=races.race,
        runs=races.MLP_RACE,
        helpers=RACE_PARTS,
    ),
    Experiment(
        name="race_cnn",
        question="How much sooner can the third article's network be as good, and through what?",
        recipe=races.race,
        runs=races.CNN_RACE,
        helpers=RACE_PARTS,
    ),
    Experiment(
        name="step_cost",
        question="What does a step cost in Keras, and why are small batches slow there?",
        recipe=step_cost.measure_steps,
        runs=step_cost.RUNS,
        helpers=(step_cost.keras_laps, step_cost.numpy_laps, step_cost.use_threads),
        workers=1,
    ),
    Experiment(
        name="learning_rate_grid",
        question="What do the learning rate and the batch size do to this network?",
        recipe=grid.train_on_grid,
        runs=grid.GRID,
        helpers=GRID_PARTS,
        workers="all",
    ),
    Experiment(
        name="optimizers",
        question="What do momentum, Adam and a schedule add, and when does Adam overfit?",
        recipe=grid.train_on_grid,
        runs=grid.OPTIMIZERS,
        helpers=GRID_PARTS,
        workers="all",
    ),
    Experiment(
        name="cifar10",
        question="How good do the book's networks become on photographs, and what helps?",
        recipe=pictures.train_on_pictures,
        runs=pictures.PICTURES,
        helpers=(pictures.picture_network, pictures.network_parts, pictures.augmentation),
    ),
    Experiment(
        name="models",
        question="How good are the two networks that ship with the package?",
        recipe=models.ship,
        runs=models.RUNS,
        helpers=(models.halved, models.stored, *RACE_PARTS),
    ),
    Experiment(
        name="augmented",
        question="How good does the CNN become that learns from moved, turned and scaled digits?",
        recipe=phone.train_augmented,
        runs=(phone.AUGMENTED,),
        helpers=(
            phone.random_changes,
            phone.in_training,
            races.network_of,
            models.halved,
            models.stored,
        ),
    ),
    Experiment(
        name="lite_files",
        question="How large are the files for phones, and what does shrinking them cost?",
        recipe=phone.export_for_the_phone,
        runs=phone.FILES,
        helpers=(lite.export, lite.answers),
    ),
]
